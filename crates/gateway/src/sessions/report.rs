//! What tells the database which sessions there are, for the lists that people look at on whichever server they are.
//!
//! What is written is bounded whatever the number of sessions: at most one transaction a second with at most
//! [`MOST`] rows, and nothing at all while there are no sessions. A session that begins and ends between two reports is
//! never written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use postern_domain::id::{DoorSessionId, NodeId};
use postern_service::Service;
use postern_service::live_session::{HEARD_EVERY, Report, Reported};
use tokio::time::{Instant, MissedTickBehavior};

use super::Registry;
use super::live_session::Entry;

/// How often is looked for what changed.
const EVERY: Duration = Duration::from_secs(1);

/// How often the octets of a session are written, where they changed.
const OCTETS_EVERY: Duration = Duration::from_secs(5);

/// Most rows in a report: what a database writes within some ten milliseconds, so that other writers hardly wait.
const MOST: usize = 2_000;

/// Reports for as long as the gateway runs.
pub(crate) async fn keep_reporting(registry: Arc<Registry>, service: Arc<Service>, node: NodeId) {
    let mut reporter = Reporter { node, written: HashMap::new(), heard_at: None, is_failing: false };
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let sessions = registry.select(|_| true);
        reporter.report(&service, &sessions, Instant::now()).await;
    }
}

/// What the database knows of this server's sessions.
struct Reporter {
    node: NodeId,
    /// The sessions that have a row, or may have one.
    written: HashMap<DoorSessionId, Written>,
    /// When the last report was taken.
    heard_at: Option<Instant>,
    is_failing: bool,
}

/// What a row says. None: it is to be written anew.
type Written = Option<Row>;

#[derive(Clone, Copy)]
struct Row {
    octets: [u64; 2],
    at: Instant,
}

impl Reporter {
    /// Reports what changed, if something did or if it is time to be heard of. A database that cannot be written
    /// disturbs no session: everything is reported again when it can.
    async fn report(&mut self, service: &Service, sessions: &[Arc<Entry>], now: Instant) {
        if sessions.is_empty() && self.written.is_empty() {
            return;
        }
        let (report, rows) = self.what_changed(sessions, now);
        let is_due = self.heard_at.is_none_or(|at| now.duration_since(at) >= HEARD_EVERY);
        if report.open.is_empty() && report.ended.is_empty() && !is_due {
            return;
        }
        match service.report_live_sessions(self.node, &report).await {
            Ok(reported) => {
                if reported == Reported::First {
                    self.write_all_anew();
                }
                for id in &report.ended {
                    self.written.remove(id);
                }
                self.written.extend(rows.into_iter().map(|(id, row)| (id, Some(row))));
                self.heard_at = Some(now);
                if std::mem::take(&mut self.is_failing) {
                    tracing::info!("live sessions can be reported again");
                }
            }
            Err(error) => {
                // What was written is not known, so that all of it is written again.
                self.write_all_anew();
                self.written.extend(rows.into_iter().map(|(id, _)| (id, None)));
                if !std::mem::replace(&mut self.is_failing, true) {
                    tracing::warn!(%error, "live sessions cannot be reported; lists of them are out of date until they can");
                }
            }
        }
    }

    fn write_all_anew(&mut self) {
        self.written.values_mut().for_each(|row| *row = None);
    }

    /// What is to be reported: first what ended and what is new, then the octets that wait longest.
    fn what_changed(&self, sessions: &[Arc<Entry>], now: Instant) -> (Report, Vec<(DoorSessionId, Row)>) {
        let live: HashSet<DoorSessionId> = sessions.iter().map(|entry| entry.session.id()).collect();
        let ended = self.written.keys().filter(|id| !live.contains(id)).copied().take(MOST).collect();
        let mut changed: Vec<_> = sessions
            .iter()
            .filter_map(|entry| {
                let octets = entry.octets();
                let row = self.written.get(&entry.session.id()).copied().flatten();
                let is_to_be_written =
                    row.is_none_or(|row| row.octets != octets && now.duration_since(row.at) >= OCTETS_EVERY);
                is_to_be_written.then_some((row.map(|row| row.at), entry, octets))
            })
            .collect();
        changed.sort_by_key(|(at, ..)| *at);
        changed.truncate(MOST);
        let mut report = Report { open: Vec::with_capacity(changed.len()), ended };
        let mut rows = Vec::with_capacity(changed.len());
        for (_, entry, octets) in changed {
            let [from_client, to_client] = octets;
            report.add(&entry.session, self.node, from_client, to_client);
            rows.push((entry.session.id(), Row { octets, at: now }));
        }
        (report, rows)
    }
}
