//! The sign-ins of some days as a picture: bars for an inline SVG, and the same as rows of a table.

use postern_domain::Timestamp;
use postern_service::app_password::AppPasswordDay;

use super::Moment;

/// Height of the picture in its own units; the widest bar is as high.
const HEIGHT: u64 = 100;
/// Width of a day in the picture's own units.
const DAY: usize = 10;
/// Height of the lowest bar: one refusal on a busy day must be seen.
const LEAST: u64 = 3;

/// The sign-ins of some days.
pub(crate) struct HistoryView {
    /// Width of the picture in its own units.
    pub(crate) width: usize,
    /// How many days.
    pub(crate) days: usize,
    /// The days with something to draw.
    pub(crate) bars: Vec<Bar>,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    /// The most sign-ins on one day.
    pub(crate) most: u64,
    pub(crate) first: String,
    pub(crate) last: String,
    /// The days with sign-ins, the latest first.
    pub(crate) rows: Vec<DayRow>,
}

/// The bar of a day: what was refused stands on what was accepted.
pub(crate) struct Bar {
    pub(crate) x: usize,
    pub(crate) accepted_y: u64,
    pub(crate) accepted_height: u64,
    pub(crate) refused_y: u64,
    pub(crate) refused_height: u64,
}

/// A day in numbers.
pub(crate) struct DayRow {
    pub(crate) date: String,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
}

impl HistoryView {
    /// The last `days` days until `last_day`.
    pub(crate) fn new(tallies: &[AppPasswordDay], last_day: i64, days: usize) -> Self {
        let first_day = last_day - i64::try_from(days).unwrap_or(i64::MAX) + 1;
        let shown: Vec<_> =
            tallies.iter().filter(|each| (first_day..=last_day).contains(&each.day)).collect();
        let most = shown.iter().map(|each| each.accepted + each.refused).max().unwrap_or(0);
        let date = |day| {
            let at = Timestamp::of_day(day);
            Moment::new(at, at).date
        };
        Self {
            width: days * DAY,
            days,
            bars: shown.iter().map(|each| Bar::new(each, first_day, most)).collect(),
            accepted: shown.iter().map(|each| each.accepted).sum(),
            refused: shown.iter().map(|each| each.refused).sum(),
            most,
            first: date(first_day),
            last: date(last_day),
            rows: shown
                .iter()
                .rev()
                .map(|each| DayRow { date: date(each.day), accepted: each.accepted, refused: each.refused })
                .collect(),
        }
    }
}

impl Bar {
    fn new(tally: &AppPasswordDay, first_day: i64, most: u64) -> Self {
        let height = |count: u64| if count == 0 { 0 } else { (count * HEIGHT / most.max(1)).max(LEAST) };
        let refused_height = height(tally.refused);
        let accepted_height = height(tally.accepted).min(HEIGHT - refused_height);
        Self {
            x: usize::try_from(tally.day - first_day).unwrap_or(0) * DAY,
            accepted_y: HEIGHT - accepted_height,
            accepted_height,
            refused_y: HEIGHT - accepted_height - refused_height,
            refused_height,
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::id::AppPasswordId;

    use super::*;

    #[test]
    fn bars_stand_on_each_other_within_the_picture() {
        let day = |day, accepted, refused| AppPasswordDay {
            app_password: AppPasswordId::from_bytes([1; 16]),
            day,
            accepted,
            refused,
        };
        let last = 20_779;
        let view =
            HistoryView::new(&[day(last - 40, 5, 5), day(last - 29, 0, 1), day(last, 990, 10)], last, 30);
        let bars: Vec<_> = view
            .bars
            .iter()
            .map(|bar| (bar.x, bar.accepted_y, bar.accepted_height, bar.refused_y, bar.refused_height))
            .collect();
        assert_eq!(bars, [(0, 100, 0, 97, 3), (290, 3, 97, 0, 3)]);
        assert_eq!((view.width, view.accepted, view.refused, view.most), (300, 990, 11, 1000));
        assert_eq!((view.first.as_str(), view.last.as_str()), ("24 Oct 2026", "22 Nov 2026"));
        let dates: Vec<_> = view.rows.iter().map(|row| row.date.as_str()).collect();
        assert_eq!(dates, ["22 Nov 2026", "24 Oct 2026"]);
        assert_eq!(HistoryView::new(&[], last, 90).most, 0);
    }
}
