//! One app password: everything that is known of it.

pub(crate) mod apple_profile;
pub(crate) mod edit;
pub(crate) mod end_overlap;
pub(crate) mod resume;
pub(crate) mod suspend;

use askama::Template;
use axum::extract::{Path, Query, State};
use postern_domain::account::{Account, Permission};
use postern_domain::app_password::{AppPassword, Standing};
use postern_domain::id::AppPasswordId;
use postern_service::app_password::AppPasswordError;
use postern_service::live_session::LiveSessionQuery;
use serde::Deserialize;

use super::notice::Done;
use super::sessions::live;
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{
    AppPasswordView, ChangeView, EventView, HintView, HistoryView, LiveSessionView, SourceView,
};

/// Addresses that are shown at once; the others are a click away.
const ADDRESSES: usize = 6;

#[derive(Template)]
#[template(path = "app_password.html")]
struct AppPasswordPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    app_password: AppPasswordView,
    /// Whose it is: the user name to type.
    owner: String,
    /// What is different when it is somebody else's than the reader's.
    theirs: Option<Theirs>,
    /// Whether the reader may change it, let it do more (a new secret and a renewal included), and resume it.
    may_change: bool,
    may_widen: bool,
    may_resume: bool,
    /// The mailboxes of others that its account may act for.
    acts_for: Option<String>,
    hints: Vec<HintView>,
    token: FormToken,
    history: HistoryView,
    sources: Vec<SourceView>,
    more_sources: Vec<SourceView>,
    sessions: Vec<LiveSessionView>,
    /// Whether there are more sessions than are shown.
    more_sessions: bool,
    refusals: Vec<EventView>,
    changes: Vec<ChangeView>,
}

/// Where the reader of somebody else's app password came from, and where its sign-ins stand.
struct Theirs {
    account: String,
    sign_ins: Option<String>,
}

/// Where a page below that of an app password belongs.
pub(super) struct Trail {
    /// The page and the name of the account that it is of; none: it is the reader's own.
    pub(super) theirs: Option<(String, String)>,
}

impl Trail {
    pub(super) fn of(inside: &Inside, account: &Account) -> Self {
        let is_own = account.id == inside.account().id;
        Self { theirs: (!is_own).then(|| (page_of(account), account.name.to_string())) }
    }

    /// Where its reader goes back to.
    pub(super) fn back(&self) -> &str {
        self.theirs.as_ref().map_or(paths::SECURITY_INFO, |(account, _)| account)
    }
}

/// The page of an account in the admin area.
fn page_of(account: &Account) -> String {
    format!("/admin/accounts/{}", account.id)
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    days: Option<String>,
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Query(done): Query<Done>,
) -> Answer {
    let now = portal.now();
    let id: AppPasswordId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let known = portal.service.describe_app_password(inside.by(), id).await.map_err(gone)?;
    let account = Some(known.account.name.clone());
    let query = LiveSessionQuery { account, app_password: Some(id), ..LiveSessionQuery::default() };
    let (sessions, next_session) = live(&portal, &inside, &query).await?;
    let days = if asked.days.as_deref() == Some("90") { 90 } else { 30 };
    let mut sources = SourceView::all(&known.sources, now);
    let more_sources = sources.split_off(sources.len().min(ADDRESSES));
    let is_own = known.account.id == inside.account().id;
    let standing = standing(&inside, &known.account);
    let its = [known.app_password];
    let page = AppPasswordPage {
        chrome: Chrome::inside(&portal, &inside),
        notice: done.notice(),
        app_password: AppPasswordView::new(&its[0], now, portal.config.doors),
        theirs: (!is_own).then(|| Theirs::new(&inside, &known.account)),
        may_change: standing.owns || standing.administers,
        may_widen: standing.may_widen(&known.account),
        may_resume: standing.may_resume(&its[0], &known.account),
        owner: known.account.name.to_string(),
        acts_for: known.account.grant.as_ref().map(ToString::to_string),
        hints: HintView::of(its[0].scope, &portal.config),
        token: inside.token.clone(),
        history: HistoryView::new(&known.days, known.last_day, days),
        sources,
        more_sources,
        sessions,
        more_sessions: next_session.is_some(),
        refusals: known.refusals.iter().map(|event| EventView::new(event, &its, now)).collect(),
        changes: known.changes.iter().map(|record| ChangeView::new(record, now)).collect(),
    };
    Ok(page::ok(&page)?)
}

/// How the reader stands to the app passwords of an account.
pub(super) fn standing(inside: &Inside, account: &Account) -> Standing {
    let role = inside.account().role;
    Standing {
        owns: account.id == inside.account().id,
        administers: role.may(Permission::ManageAppPasswords) && role.may_act_on(account.role),
        operates: false,
    }
}

impl Theirs {
    fn new(inside: &Inside, account: &Account) -> Self {
        let sign_ins = || {
            let name: String =
                url::form_urlencoded::byte_serialize(account.name.as_str().as_bytes()).collect();
            format!("/admin/sign-ins?account={name}")
        };
        Self {
            account: page_of(account),
            sign_ins: inside.account().role.may(Permission::ReadEvents).then(sign_ins),
        }
    }
}

/// The app password of an address. One of another account is no page, as is an address that is no identifier.
pub(super) async fn find(portal: &Portal, inside: &Inside, id: &str) -> Result<(AppPassword, Account), Stop> {
    let id: AppPasswordId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    portal.service.show_app_password(inside.by(), id).await.map_err(gone)
}

/// The answer to an error that leaves nothing to show.
pub(super) fn gone(error: AppPasswordError) -> Stop {
    match error {
        AppPasswordError::Failure(failure) => failure.into(),
        AppPasswordError::OwnersToWiden | AppPasswordError::SuspendedByAnother => Problem::NotAllowed.into(),
        _ => Problem::NoSuchPage.into(),
    }
}
