//! The first page of the admin area: a few numbers, and what needs somebody.

use askama::Template;
use axum::extract::State;
use postern_domain::account::Role;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountFilter, AccountSummary, MfaCounts, ProgramFilter};

use super::accounts::stop;
use super::mfa::programs::{known_since, total_words};
use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    chrome: Chrome,
    frame: AdminFrame,
    role: &'static str,
    counts: MfaCounts,
    blocked: u64,
    administrators: u64,
    to_stop: Option<String>,
    concerns: Vec<Concern>,
}

/// Something that needs somebody, and where to do it.
struct Concern {
    text: String,
    path: String,
    words: &'static str,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let (chrome, frame) = around(&portal, &inside, paths::OVERVIEW);
    let (service, by) = (&portal.service, inside.by());
    let summary = service.summarize_accounts(by).await.map_err(stop)?;
    let filter = ProgramFilter {
        accounts: AccountFilter::default(),
        listed: None,
        enforced: Some(false),
        since: known_since(portal.now()),
        limit: 0,
        after: None,
    };
    let (_, to_stop) = service.list_programs(by, &filter).await.map_err(stop)?;
    let page = OverviewPage {
        chrome,
        frame,
        role: inside.account().role.words(),
        counts: summary.mfa,
        blocked: summary.blocked,
        administrators: summary.global_administrators,
        to_stop: (to_stop.programs > 0).then(|| total_words(&to_stop)),
        concerns: concerns(&portal, &inside, &summary).await?,
    };
    Ok(page::ok(&page)?)
}

async fn concerns(portal: &Portal, inside: &Inside, summary: &AccountSummary) -> Result<Vec<Concern>, Stop> {
    let mut concerns = Vec::new();
    let mut note = |count: u64, query: &str, words: &str| {
        if count > 0 {
            let (text, path) = (format!("{count} {words}"), format!("{}?{query}", paths::ACCOUNTS));
            concerns.push(Concern { text, path, words: "Show" });
        }
    };
    for (role, count) in &summary.without_second_factor {
        let query = format!("role={}&mfa=disabled&status=active", role.name());
        note(*count, &query, "with a role can sign in without a second factor");
    }
    let waiting = AccountFilter {
        mfa: Some(MfaState::Enforced),
        has_methods: Some(false),
        blocked: Some(false),
        ..AccountFilter::default()
    };
    let waiting = portal.service.count_accounts(inside.by(), &waiting).await.map_err(stop)?;
    let query = "mfa=enforced&methods=none&status=active";
    note(waiting, query, "under enforced MFA have not registered a method yet");
    if summary.active_global_administrators < 2 {
        concerns.push(Concern {
            text: "There is only one global administrator: nobody can help them back in".to_owned(),
            path: format!("{}?role={}", paths::ACCOUNTS, Role::GlobalAdministrator.name()),
            words: "Show",
        });
    }
    Ok(concerns)
}
