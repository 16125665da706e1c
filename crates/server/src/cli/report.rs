//! `postern report`

use clap::{Args, ValueEnum};
use postern_domain::sign_in::Outcome;
use postern_service::inventory::{Ended, ReportSpan, SignInReport};
use postern_service::refusal::EventFilter;
use serde_json::json;

use super::console::table;
use super::{CliError, Context};
use crate::text::show_moment;

/// Reports how programs sign in, what they are refused for, and what a door in report-only mode would refuse.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// How far back
    #[arg(long, value_enum, default_value_t = Span::Day)]
    span: Span,
}

/// How far back.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Span {
    /// 24 hours
    Day,
    /// 30 days
    Month,
}

/// The latest sign-ins that would be refused, and app passwords that are still tried, that are shown.
const SHOWN: u32 = 10;

impl Report {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let span = match self.span {
            Span::Day => ReportSpan::Day,
            Span::Month => ReportSpan::Month,
        };
        let service = context.service().await?;
        let report = service.sign_in_report(context.by(), span).await?;
        let filter = EventFilter {
            would_refuse_only: true,
            since: Some(report.from),
            limit: SHOWN,
            ..EventFilter::default()
        };
        let events = service.list_sign_in_events(context.by(), filter).await?;
        let now = service.clock().now();
        service.close().await;
        let would_refuse: Vec<[String; 4]> = events
            .iter()
            .filter_map(|event| match event.outcome {
                Outcome::Accepted { would_refuse: Some(reason) } => Some([
                    show_moment(event.at),
                    event.place.name().to_owned(),
                    event.address.to_string(),
                    reason.name().to_owned(),
                ]),
                Outcome::Accepted { .. } | Outcome::Refused { .. } => None,
            })
            .collect();
        let answer = json!({
            "from": report.from.to_string(),
            "places": places(&report).into_iter().map(|[place, accepted, would_refuse, refused]| json!({
                "place": place, "accepted": accepted, "would_refuse": would_refuse, "refused": refused,
            })).collect::<Vec<_>>(),
            "with_account_passwords": report.with_account_passwords(),
            "refusals": report.refusals().iter().map(|(reason, count)| json!({
                "reason": reason.name(), "count": count,
            })).collect::<Vec<_>>(),
            "would_refuse": would_refuse.iter().map(|[at, place, address, reason]| json!({
                "at": at, "place": place, "address": address, "reason": reason,
            })).collect::<Vec<_>>(),
            "tried_after_end": report.tried_after_end.iter().filter_map(|item| {
                let facts = item.facts(now);
                let tried = facts.tried?;
                Some(json!({
                    "id": facts.id, "account": facts.account.as_ref().map(postern_domain::account::AccountName::as_str),
                    "name": facts.name, "count": tried.count, "last_at": tried.last.at.to_string(),
                    "last_address": tried.last.address.map(|address| address.to_string()),
                }))
            }).collect::<Vec<_>>(),
        });
        context.console.answer(&answer, || in_words(&report, would_refuse, now))
    }
}

fn in_words(report: &SignInReport, would_refuse: Vec<[String; 4]>, now: postern_domain::Timestamp) -> String {
    let mut text = format!("Sign-ins since {}\n\n", show_moment(report.from));
    text.push_str(&table(["place", "accepted", "would be refused", "refused"], places(report)));
    text.push_str(&format!(
        "\n\nWith account passwords at doors: {}\n\nRefusals\n",
        report.with_account_passwords()
    ));
    let refusals = report.refusals().into_iter();
    text.push_str(&table(
        ["reason", "times"],
        refusals.map(|(reason, count)| [reason.name().to_owned(), count.to_string()]),
    ));
    if !would_refuse.is_empty() {
        text.push_str("\n\nThe latest that would be refused\n");
        text.push_str(&table(["at", "place", "from", "reason"], would_refuse));
    }
    let tried = report.tried_after_end.iter().filter_map(|item| {
        let facts = item.facts(now);
        let tried = facts.tried?;
        let address = tried.last.address.map(|address| format!(" from {address}")).unwrap_or_default();
        Some([
            facts.account.map(|account| account.to_string()).unwrap_or_default(),
            facts.name.unwrap_or_default(),
            tried.count.to_string(),
            format!("{}{address}", show_moment(tried.last.at)),
        ])
    });
    let tried: Vec<_> = tried.collect();
    if !tried.is_empty() {
        text.push_str("\n\nStill tried after its end\n");
        text.push_str(&table(["account", "app password", "times", "last"], tried));
    }
    text
}

/// Each place with how many were accepted, would be refused, and were refused; the busiest first.
fn places(report: &SignInReport) -> Vec<[String; 4]> {
    let mut places: Vec<(&'static str, [u64; 3])> = Vec::new();
    for tally in &report.tallies {
        let name = tally.place.name();
        if !places.iter().any(|(known, _)| *known == name) {
            places.push((name, [0; 3]));
        }
        let column = match tally.ended {
            Ended::Accepted => 0,
            Ended::WouldRefuse(_) => 1,
            Ended::Refused(_) => 2,
        };
        for (_, counts) in places.iter_mut().filter(|(known, _)| *known == name) {
            counts[column] += tally.count;
        }
    }
    places.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u64>()));
    places
        .into_iter()
        .map(|(name, [accepted, would, refused])| {
            [name.to_owned(), accepted.to_string(), would.to_string(), refused.to_string()]
        })
        .collect()
}
