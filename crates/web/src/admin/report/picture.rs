//! Sign-ins over time as a picture: bars for an inline SVG, and the same as rows of a table.

use postern_domain::Timestamp;
use postern_domain::sign_in::Place;
use postern_service::inventory::{Ended, ReportSpan, SignInReport, SignInTally};

use crate::view::{Moment, place_label};

/// Height of the picture in its own units.
const HEIGHT: u64 = 100;
/// Width of a step in the picture's own units.
const STEP: usize = 10;
/// Height of the lowest bar: one refusal on a busy day must be seen.
const LEAST: u64 = 3;

/// The sign-ins at one door, or at all.
pub(super) struct Picture {
    pub(super) title: &'static str,
    pub(super) width: usize,
    pub(super) bars: Vec<Rect>,
    pub(super) accepted: u64,
    pub(super) would_refuse: u64,
    pub(super) refused: u64,
    /// The most in one step.
    pub(super) most: u64,
    pub(super) first: String,
    pub(super) last: String,
    /// `hour` or `day`.
    pub(super) step: &'static str,
    /// The steps with sign-ins, the latest first.
    pub(super) rows: Vec<Row>,
}

/// A part of a bar.
pub(super) struct Rect {
    pub(super) class: &'static str,
    pub(super) x: usize,
    pub(super) y: u64,
    pub(super) height: u64,
}

/// A step in numbers.
pub(super) struct Row {
    pub(super) when: String,
    pub(super) counts: Counts,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) accepted: u64,
    pub(super) would_refuse: u64,
    pub(super) refused: u64,
}

impl Counts {
    fn add(&mut self, tally: &SignInTally) {
        match tally.ended {
            Ended::Accepted => self.accepted += tally.count,
            Ended::WouldRefuse(_) => self.would_refuse += tally.count,
            Ended::Refused(_) => self.refused += tally.count,
        }
    }

    const fn all(self) -> u64 {
        self.accepted + self.would_refuse + self.refused
    }
}

impl Picture {
    /// Every place together, then each place with sign-ins, the busiest first.
    pub(super) fn all(report: &SignInReport, span: ReportSpan) -> Vec<Self> {
        let mut places: Vec<(Place, u64)> = Vec::new();
        for tally in &report.tallies {
            match places.iter_mut().find(|(place, _)| *place == tally.place) {
                Some((_, count)) => *count += tally.count,
                None => places.push((tally.place, tally.count)),
            }
        }
        places.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let of_all = Self::new("Every door and the portal", report, span, |_| true);
        let of_each = places
            .into_iter()
            .map(|(place, _)| Self::new(place_label(place), report, span, |tally| tally.place == place));
        std::iter::once(of_all).chain(of_each).collect()
    }

    fn new(
        title: &'static str,
        report: &SignInReport,
        span: ReportSpan,
        shows: impl Fn(&SignInTally) -> bool,
    ) -> Self {
        let steps = span.steps() as usize;
        let mut counts = vec![Counts::default(); steps];
        let mut sum = Counts::default();
        for tally in report.tallies.iter().filter(|tally| shows(tally)) {
            let since = tally.from.as_millis() - report.from.as_millis();
            let step = usize::try_from(since / span.step().millis()).unwrap_or(0).min(steps - 1);
            counts[step].add(tally);
            sum.add(tally);
        }
        let most = counts.iter().map(|counts| counts.all()).max().unwrap_or(0);
        let name = |step: usize| moment_of(report.from, step, span);
        let rows = counts.iter().enumerate().rev().filter(|(_, counts)| counts.all() > 0);
        Self {
            title,
            width: steps * STEP,
            bars: counts.iter().enumerate().flat_map(|(step, counts)| bar(step, *counts, most)).collect(),
            accepted: sum.accepted,
            would_refuse: sum.would_refuse,
            refused: sum.refused,
            most,
            first: name(0),
            last: name(steps - 1),
            step: if span == ReportSpan::Day { "hour" } else { "day" },
            rows: rows.map(|(step, counts)| Row { when: name(step), counts: *counts }).collect(),
        }
    }
}

/// Hours by their beginning, days by their date, in UTC.
fn moment_of(from: Timestamp, step: usize, span: ReportSpan) -> String {
    let step = i64::try_from(step).unwrap_or(0);
    let at = Timestamp::from_millis(from.as_millis() + step * span.step().millis());
    let moment = Moment::new(at, at);
    if span == ReportSpan::Day { moment.full } else { moment.date }
}

/// The parts of a bar, from the ground up. What was accepted gives way, so that what was refused is always seen.
fn bar(step: usize, counts: Counts, most: u64) -> Vec<Rect> {
    let height = |count: u64| if count == 0 { 0 } else { (count * HEIGHT / most.max(1)).max(LEAST) };
    let refused = height(counts.refused);
    let waiting = height(counts.would_refuse).min(HEIGHT - refused);
    let accepted = height(counts.accepted).min(HEIGHT - refused - waiting);
    let mut y = HEIGHT;
    let mut rects = Vec::new();
    for (class, height) in [("accepted", accepted), ("waiting", waiting), ("refused", refused)] {
        if height > 0 {
            y -= height;
            rects.push(Rect { class, x: step * STEP + 1, y, height });
        }
    }
    rects
}

#[cfg(test)]
mod tests {
    use postern_domain::door::Door;
    use postern_domain::sign_in::RefusalReason;
    use postern_service::inventory::CredentialSort;

    use super::*;

    #[test]
    fn the_busiest_door_comes_first_and_bars_stay_within_the_picture() {
        let from = Timestamp::from_millis(20_000 * 86_400_000);
        let tally = |hour: i64, door, ended, count| SignInTally {
            from: Timestamp::from_millis(from.as_millis() + hour * 3_600_000),
            place: Place::Door(door),
            credential: CredentialSort::AppPassword,
            ended,
            count,
        };
        let refused = Ended::Refused(RefusalReason::Revoked);
        let tallies = vec![
            tally(0, Door::Smtp, Ended::Accepted, 3),
            tally(23, Door::Imap, Ended::Accepted, 990),
            tally(23, Door::Imap, Ended::WouldRefuse(RefusalReason::DoorOff), 9),
            tally(23, Door::Imap, refused, 1),
        ];
        let report = SignInReport { from, tallies, tried_after_end: Vec::new() };
        let pictures = Picture::all(&report, ReportSpan::Day);
        let titles: Vec<_> = pictures.iter().map(|picture| picture.title).collect();
        assert_eq!(titles, ["Every door and the portal", "Read mail (IMAP)", "Send mail (SMTP)"]);
        let bars: Vec<_> = pictures[0].bars.iter().map(|bar| (bar.class, bar.x, bar.y, bar.height)).collect();
        assert_eq!(
            bars,
            [
                ("accepted", 1, 97, 3),
                ("accepted", 231, 6, 94),
                ("waiting", 231, 3, 3),
                ("refused", 231, 0, 3),
            ]
        );
        let rows: Vec<_> = pictures[1].rows.iter().map(|row| row.when.as_str()).collect();
        assert_eq!(rows, ["4 Oct 2024, 23:00 UTC"]);
        assert_eq!((pictures[1].accepted, pictures[1].would_refuse, pictures[1].refused), (990, 9, 1));
    }
}
