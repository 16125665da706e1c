//! The first page of the admin area: a few numbers, and what needs somebody.

use askama::Template;
use axum::extract::State;
use postern_domain::account::Role;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountFilter, MfaCounts, ProgramFilter, ProgramTotals};

use super::accounts::stop;
use super::mfa::programs::known_since;
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
    to_stop: ProgramTotals,
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
    let count = async |filter: AccountFilter| service.count_accounts(by, &filter).await.map_err(stop);
    let filter = ProgramFilter {
        accounts: AccountFilter::default(),
        listed: None,
        enforced: Some(false),
        since: known_since(portal.now()),
        limit: 0,
        skip: 0,
    };
    let global = AccountFilter { role: Some(Role::GlobalAdministrator), ..AccountFilter::default() };
    let page = OverviewPage {
        chrome,
        frame,
        role: inside.account().role.words(),
        counts: service.count_mfa_states(by).await.map_err(stop)?,
        blocked: count(AccountFilter { blocked: Some(true), ..AccountFilter::default() }).await?,
        administrators: count(global).await?,
        to_stop: service.list_programs(by, &filter).await.map_err(stop)?.1,
        concerns: concerns(&portal, &inside).await?,
    };
    Ok(page::ok(&page)?)
}

async fn concerns(portal: &Portal, inside: &Inside) -> Result<Vec<Concern>, Stop> {
    let (service, by) = (&portal.service, inside.by());
    let mut concerns = Vec::new();
    let mut note = async |filter: AccountFilter, query: &str, text: fn(u64) -> String| {
        let found = service.count_accounts(by, &filter).await.map_err(stop)?;
        if found > 0 {
            let path = format!("{}?{query}", paths::ACCOUNTS);
            concerns.push(Concern { text: text(found), path, words: "Show" });
        }
        Ok::<_, Stop>(())
    };
    for role in Role::ALL.iter().filter(|role| role.is_privileged()) {
        let open = AccountFilter {
            role: Some(*role),
            mfa: Some(MfaState::Disabled),
            blocked: Some(false),
            ..AccountFilter::default()
        };
        let query = format!("role={}&mfa=disabled&status=active", role.name());
        note(open, &query, |count| format!("{count} with a role can sign in without a second factor"))
            .await?;
    }
    let waiting = AccountFilter {
        mfa: Some(MfaState::Enforced),
        has_methods: Some(false),
        blocked: Some(false),
        ..AccountFilter::default()
    };
    let query = "mfa=enforced&methods=none&status=active";
    note(waiting, query, |count| format!("{count} under enforced MFA have not registered a method yet"))
        .await?;
    let global = AccountFilter {
        role: Some(Role::GlobalAdministrator),
        blocked: Some(false),
        ..AccountFilter::default()
    };
    if service.count_accounts(by, &global).await.map_err(stop)? < 2 {
        concerns.push(Concern {
            text: "There is only one global administrator: nobody can help them back in".to_owned(),
            path: format!("{}?role=global-administrator", paths::ACCOUNTS),
            words: "Show",
        });
    }
    Ok(concerns)
}
