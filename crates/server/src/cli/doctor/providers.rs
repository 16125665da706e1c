//! Whether the providers of access tokens and of identities answer as they should, and whether owners' consents hold.

use postern_domain::consent::ConsentState;
use postern_service::upstream::{ConsentPlace, ConsentRow};
use postern_service::{By, Service};

use super::check::Report;
use crate::cli::whole_list;

pub(super) async fn check(report: &mut Report, service: &Service, by: By<'_>) {
    for provider in service.providers() {
        let check = format!("provider {}", provider.name);
        match service.check_provider(provider).await {
            Ok(found) => report.good(check, format!("{}: {found}", provider.token_endpoint)),
            Err(problem) => {
                report.bad(check, format!("{}: {problem}", provider.token_endpoint), problem.remedy());
            }
        }
    }
    for provider in service.identity_providers() {
        let check = format!("identity provider {}", provider.name);
        match service.check_identity_provider(provider).await {
            Ok(found) => report.good(check, format!("{}: {found}", provider.issuer)),
            Err(trouble) => {
                report.bad(check, format!("{}: {trouble}", provider.issuer), trouble.remedy());
            }
        }
    }
    if !service.asks_owners() {
        return;
    }
    let rows = whole_list(async |last: Option<&ConsentRow>, limit| {
        let place = last.map(|last| ConsentPlace::of(&last.consent));
        service.list_consents(by, place.as_ref(), limit).await
    });
    match rows.await {
        Ok(rows) => {
            let is_lapsed = |state: &ConsentState| matches!(state, ConsentState::Lapsed(_));
            match rows.iter().filter(|row| is_lapsed(&row.consent.state)).count() {
                0 => report.good("consents", format!("{} given, none has lapsed", rows.len())),
                lapsed => report.bad(
                    "consents",
                    format!("{lapsed} of {} have lapsed", rows.len()),
                    "their owners have to connect the mailbox again: `postern consent list --troubled` names them",
                ),
            }
        }
        Err(error) => report.bad("consents", error.to_string(), "see the checks above"),
    }
}
