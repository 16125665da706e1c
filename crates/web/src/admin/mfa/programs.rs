//! The programs that use account passwords: those that stop when MFA is enforced, and those that stopped.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use http::{HeaderValue, header};
use postern_domain::Timestamp;
use postern_domain::mfa::MfaState;
use postern_service::account::{Program, ProgramFilter, ProgramTotals};
use serde::Deserialize;

use crate::admin::accounts::{AccountQuery, stop};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;
use crate::view::{Moment, Tone, door_label};

/// Programs on a page, and in a file.
const PAGE: u32 = 100;
const IN_A_FILE: u32 = 1000;
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
    totals: ProgramTotals,
    programs: Vec<ProgramRow>,
    before: Option<String>,
    after: Option<String>,
    /// The same list as a file.
    file: String,
}

#[derive(Deserialize, Clone, Default)]
#[serde(default)]
pub(crate) struct ProgramQuery {
    /// `yes`: of accounts under MFA, which stopped.
    pub(crate) stopped: String,
    /// How many were shown before.
    skip: u64,
}

impl ProgramQuery {
    fn filter(&self, accounts: &AccountQuery, now: Timestamp, limit: u32) -> Option<ProgramFilter> {
        Some(ProgramFilter {
            accounts: accounts.filter()?,
            listed: None,
            enforced: Some(self.stopped == "yes"),
            since: known_since(now),
            limit,
            skip: self.skip,
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
    let (programs, totals) = match query.filter(&accounts, now, PAGE) {
        Some(filter) => portal.service.list_programs(inside.by(), &filter).await.map_err(stop)?,
        None => (Vec::new(), ProgramTotals::default()),
    };
    let narrowed = |path: &str, skip: Option<u64>| {
        let mut address = format!("{path}?stopped={}", if query.stopped == "yes" { "yes" } else { "no" });
        if let Some(skip) = skip {
            address.push_str(&format!("&skip={skip}"));
        }
        let accounts = accounts.query();
        if accounts.is_empty() { address } else { format!("{address}&{accounts}") }
    };
    let shown = query.skip + programs.len() as u64;
    let (chrome, frame) = around(&portal, &inside, paths::MFA);
    let page = ProgramsPage {
        chrome,
        frame,
        before: (query.skip > 0)
            .then(|| narrowed(paths::PROGRAMS, Some(query.skip.saturating_sub(u64::from(PAGE))))),
        after: (shown < totals.programs).then(|| narrowed(paths::PROGRAMS, Some(shown))),
        file: narrowed(paths::PROGRAMS_FILE, None),
        programs: programs.iter().map(|program| row(program, now)).collect(),
        totals,
        query,
        accounts,
    };
    Ok(page::ok(&page)?)
}

/// The list as a file for a spreadsheet.
pub(crate) async fn file(
    State(portal): State<Portal>,
    inside: Inside,
    Query(query): Query<ProgramQuery>,
    Query(accounts): Query<AccountQuery>,
) -> Answer {
    let filter = query.filter(&accounts, portal.now(), IN_A_FILE);
    let text = match filter {
        Some(filter) => portal.service.export_programs(inside.by(), filter).await.map_err(stop)?,
        None => String::new(),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"programs.csv\"")),
    ];
    Ok((headers, text).into_response())
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
