//! The programs that use account passwords: those that stop when MFA is enforced, and those that stopped.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::Timestamp;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountError, Program, ProgramFilter, ProgramPlace, ProgramTotals};
use serde::Deserialize;

use crate::admin::accounts::{AccountQuery, NO_PLACE, stop};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::file::{FileKind, in_pieces};
use crate::next::encoded;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::session::Inside;
use crate::view::{Moment, Tone, door_label};

/// Programs on a page, and those that are read at once for a file.
const PAGE: u32 = 100;
const AT_ONCE: u32 = 1000;

const KIND: FileKind =
    FileKind { media_type: "text/csv; charset=utf-8", disposition: "attachment; filename=\"programs.csv\"" };
/// A program that was not heard of for so long counts as gone.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// A program as it is shown.
pub(crate) struct ProgramRow {
    pub(crate) account_id: String,
    pub(crate) account: String,
    pub(crate) door: &'static str,
    pub(crate) client: Option<String>,
    pub(crate) address: String,
    pub(crate) last: Option<Moment>,
    pub(crate) count: u64,
    /// How it stands now, in words.
    pub(crate) now: &'static str,
    pub(crate) tone: Tone,
    pub(crate) refused: Option<(Moment, String)>,
}

#[derive(Template)]
#[template(path = "admin/programs.html")]
struct ProgramsPage {
    chrome: Chrome,
    frame: AdminFrame,
    query: ProgramQuery,
    accounts: AccountQuery,
    totals: String,
    /// What is wrong with what was asked for.
    problem: Option<&'static str>,
    programs: Vec<ProgramRow>,
    /// The address of the first page, from any other, and of the next.
    first: Option<String>,
    after: Option<String>,
    /// The same list as a file.
    file: String,
}

#[derive(Deserialize, Clone, Default)]
#[serde(default)]
pub(crate) struct ProgramQuery {
    /// `yes`: of accounts under MFA, which stopped.
    pub(crate) stopped: String,
    /// Where the page before ended.
    after: String,
}

impl ProgramQuery {
    /// The filter, or what is wrong with what was asked for.
    fn filter(
        &self,
        accounts: &AccountQuery,
        now: Timestamp,
        limit: u32,
    ) -> Result<ProgramFilter, &'static str> {
        let after = Some(self.after.as_str()).filter(|text| !text.is_empty());
        if !matches!(self.stopped.as_str(), "" | "yes" | "no") {
            return Err("A program stopped, or would stop.");
        }
        Ok(ProgramFilter {
            accounts: accounts.filter()?,
            listed: None,
            enforced: Some(self.stopped == "yes"),
            since: known_since(now),
            limit,
            after: after.map(str::parse).transpose().map_err(|_| NO_PLACE)?,
        })
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(query): Query<ProgramQuery>,
    Query(accounts): Query<AccountQuery>,
) -> Answer {
    let now = portal.now();
    // One more than is shown tells whether there are more.
    let filter = query.filter(&accounts, now, PAGE + 1);
    let (mut programs, totals) = match &filter {
        Ok(filter) => portal.service.list_programs(inside.by(), filter).await.map_err(stop)?,
        Err(_) => (Vec::new(), ProgramTotals::default()),
    };
    let more = programs.len() > PAGE as usize;
    programs.truncate(PAGE as usize);
    let before = filter.as_ref().ok().and_then(|filter| filter.after.as_ref());
    let problem = filter.as_ref().err().copied();
    let end = ProgramPlace::end_of(&programs, before).filter(|_| more);
    let narrowed = |path: &str, after: Option<&ProgramPlace>| {
        let mut address = format!("{path}?stopped={}", if query.stopped == "yes" { "yes" } else { "no" });
        if let Some(after) = after {
            address.push_str(&format!("&after={}", encoded(&after.to_string())));
        }
        let accounts = accounts.query();
        if accounts.is_empty() { address } else { format!("{address}&{accounts}") }
    };
    let (chrome, frame) = around(&portal, &inside, paths::MFA);
    let page = ProgramsPage {
        chrome,
        frame,
        first: before.map(|_| narrowed(paths::PROGRAMS, None)),
        after: end.map(|end| narrowed(paths::PROGRAMS, Some(&end))),
        file: narrowed(paths::PROGRAMS_FILE, None),
        programs: programs.iter().map(|program| row(program, now)).collect(),
        totals: total_words(&totals),
        problem,
        query,
        accounts,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::html(status, &page)?)
}

/// The list as a file for a spreadsheet.
pub(crate) async fn file(
    State(portal): State<Portal>,
    inside: Inside,
    Query(query): Query<ProgramQuery>,
    Query(accounts): Query<AccountQuery>,
) -> Answer {
    let filter = query.filter(&accounts, portal.now(), 1).map_err(|_| Problem::NoSuchPage)?;
    write(portal, inside, filter).await.map_err(stop)
}

/// The file, read in portions while it is sent, for whoever may read it. The filter's limit counts for nothing.
pub(crate) async fn write(
    portal: Portal,
    reader: impl Reader,
    mut filter: ProgramFilter,
) -> Result<Response, AccountError> {
    filter.limit = AT_ONCE;
    let first = portal.service.export_programs(reader.by(), filter).await?;
    let reader = Arc::new(reader);
    Ok(in_pieces(KIND, first, move |filter| {
        let (portal, reader) = (portal.clone(), Arc::clone(&reader));
        async move { portal.service.export_programs(reader.by(), filter).await }
    }))
}

/// How many there are, in words.
pub(crate) fn total_words(totals: &ProgramTotals) -> String {
    if totals.is_more() {
        return "More than 10,000 programs".to_owned();
    }
    let of = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!("{} of {}", of(totals.programs, "program"), of(totals.accounts, "account"))
}

/// The moment since which programs count as in use.
pub(crate) fn known_since(now: Timestamp) -> Timestamp {
    now.minus(KNOWN_FOR)
}

pub(crate) fn row(program: &Program, now: Timestamp) -> ProgramRow {
    let (words, tone) = stands(program);
    ProgramRow {
        account_id: program.account.to_string(),
        account: program.account_name.to_string(),
        door: door_label(program.door),
        client: program.client.clone(),
        address: program.address.to_string(),
        last: program.last_at.map(|at| Moment::new(at, now)),
        count: program.count,
        now: words,
        tone,
        refused: program.refused.map(|(at, reference)| (Moment::new(at, now), reference.to_string())),
    }
}

/// How a program stands: what it does today, and what its account has for it.
fn stands(program: &Program) -> (&'static str, Tone) {
    let refused_at = program.refused.map(|(at, _)| at);
    let works = program.app_password_used_at > refused_at.max(program.last_at);
    match (program.mfa, refused_at) {
        (_, _) if program.app_password_used_at.is_some() && works => ("Uses an app password", Tone::Good),
        (MfaState::Enforced, Some(_)) if program.app_passwords > 0 => {
            ("Still fails; an app password is there", Tone::Waiting)
        }
        (MfaState::Enforced, Some(_)) => ("Still fails, without an app password", Tone::Ended),
        (MfaState::Enforced, None) if program.app_passwords > 0 => {
            ("An app password is there, unused", Tone::Waiting)
        }
        (MfaState::Enforced, None) => ("Not heard of since", Tone::Ended),
        (MfaState::Enabled, _) => ("Will stop when a method is registered", Tone::Waiting),
        (MfaState::Disabled, _) => ("Would stop", Tone::Waiting),
    }
}
