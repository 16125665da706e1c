//! The MFA state of every account.

use askama::Template;
use axum::extract::{Query, State};
use postern_service::account::{AccountFilter, MfaCounts, ProgramFilter};

use super::programs::{known_since, total_words};
use crate::admin::accounts::{AccountQuery, list, stop};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/mfa.html")]
struct MfaPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    counts: MfaCounts,
    /// None: there is none.
    to_stop: Option<String>,
    stopped: Option<String>,
    listed: list::ListView,
    changes: Vec<list::Change>,
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(query): Query<AccountQuery>,
) -> Answer {
    let (service, by) = (&portal.service, inside.by());
    let filter = |enforced| ProgramFilter {
        accounts: AccountFilter::default(),
        listed: None,
        enforced: Some(enforced),
        since: known_since(portal.now()),
        limit: 0,
        after: None,
    };
    let to_stop = service.count_programs(by, &filter(false)).await.map_err(stop)?;
    let stopped = service.count_programs(by, &filter(true)).await.map_err(stop)?;
    let (chrome, frame) = around(&portal, &inside, paths::MFA);
    let changes = list::changes(&inside);
    let page = MfaPage {
        chrome,
        frame,
        token: inside.token.clone(),
        counts: service.count_mfa_states(by).await.map_err(stop)?,
        to_stop: (to_stop.programs > 0).then(|| total_words(&to_stop)),
        stopped: (stopped.programs > 0).then(|| total_words(&stopped)),
        listed: list::list(&portal, &inside, query).await?,
        changes: changes.into_iter().filter(|change| change.value.starts_with("mfa ")).collect(),
    };
    Ok(page::html(page.listed.status(), &page)?)
}
