//! The first page of the admin area: a few numbers, and what needs somebody.

use askama::Template;
use axum::extract::State;
use postern_domain::account::{Permission, Role};
use postern_service::account::{AccountFilter, AccountSummary, MfaCounts, ProgramFilter};
use postern_service::inventory::{CredentialKind, InventoryFlag, ReportSpan};

use super::accounts::stop;
use super::mfa::programs::{known_since, total_words};
use super::{AdminFrame, around, delivery, inventory, paths, sign_ins};
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

/// Mails in trouble that are counted.
const TROUBLED: u32 = 100;

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
    let to_stop = service.count_programs(by, &filter).await.map_err(stop)?;
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
    let mut note = |count: u64, query: &str, role: Option<Role>, words: [&str; 2]| {
        if count > 0 {
            let (accounts, words) = if count == 1 { ("account", words[0]) } else { ("accounts", words[1]) };
            let role = role.map(|role| format!(" with the role {}", role.words())).unwrap_or_default();
            let text = format!("{count} {accounts}{role} {words}");
            concerns.push(Concern { text, path: format!("{}?{query}", paths::ACCOUNTS), words: "Show" });
        }
    };
    for (role, count) in &summary.without_second_factor {
        let query = format!("role={}&mfa=disabled&status=active", role.name());
        let words = "can sign in without a second factor";
        note(*count, &query, Some(*role), [words, words]);
    }
    let query = "mfa=enforced&methods=none&status=active";
    let words = [
        "with MFA enforced has no authentication method yet",
        "with MFA enforced have no authentication method yet",
    ];
    note(summary.without_method, query, None, words);
    for (role, count) in &summary.without_passkey {
        let query = format!("role={}&methods=no-passkey&status=active", role.name());
        let words = [
            "has no passkey: a false page could ask for its codes",
            "have no passkey: a false page could ask for their codes",
        ];
        note(*count, &query, Some(*role), words);
    }
    if summary.active_global_administrators < 2 {
        concerns.push(Concern {
            text: "There is only one global administrator: nobody can help them back in".to_owned(),
            path: format!("{}?role={}", paths::ACCOUNTS, Role::GlobalAdministrator.name()),
            words: "Show",
        });
    }
    concerns.extend(of_programs(portal, inside).await?);
    Ok(concerns)
}

/// What concerns programs and what goes out by itself, as far as the reader's role opens it.
async fn of_programs(portal: &Portal, inside: &Inside) -> Result<Vec<Concern>, Stop> {
    use Permission::{ReadAudit, ReadEvents, ReadInventory};
    let (service, by, role) = (&portal.service, inside.by(), inside.account().role);
    let mut concerns = Vec::new();
    if role.may(ReadInventory) {
        let lists: [(Option<CredentialKind>, InventoryFlag, &str); 3] = [
            (None, InventoryFlag::TriedAfterEnd, "still tried after their end"),
            (
                Some(CredentialKind::Consent),
                InventoryFlag::Lapsed,
                "lapsed: their owners have to connect the mailbox anew",
            ),
            (None, InventoryFlag::ExpiringSoon, "will expire soon"),
        ];
        for (kind, flag, words) in lists {
            let found = service.count_inventory_with(by, kind, flag).await.map_err(inventory::stop)?;
            if found.count > 0 {
                let what = kind.map_or("Credentials", |_| "Consents");
                let text = format!("{what} {words}: {}", found.shown());
                concerns.push(Concern { text, path: inventory::list_of(flag), words: "Show" });
            }
        }
    }
    if role.may(ReadInventory) && role.may(ReadEvents) {
        let report = service.sign_in_report(by, ReportSpan::Day).await.map_err(inventory::stop)?;
        let would: u64 = report.would_refuse();
        if would > 0 {
            let text = format!(
                "{would} sign-in{} of the last 24 hours would have been refused, had their doors not only reported",
                if would == 1 { "" } else { "s" }
            );
            concerns.push(Concern { text, path: sign_ins::would_refuse(), words: "Show" });
        }
    }
    if role.may(ReadAudit) {
        let troubled = service.troubled_notices(by, None, TROUBLED).await.map_err(delivery::stop)?.len();
        if troubled > 0 {
            let count = if troubled >= TROUBLED as usize {
                format!("{troubled} or more")
            } else {
                troubled.to_string()
            };
            let text = format!("Notices that could not be delivered: {count}");
            concerns.push(Concern { text, path: paths::DELIVERY.to_owned(), words: "Show" });
        }
    }
    Ok(concerns)
}
