//! `postern service-principal list`

use clap::Args;
use postern_domain::api_token::ServicePrincipal;
use postern_service::api::PrincipalPlace;

use super::PrincipalView;
use crate::cli::console::table;
use crate::cli::{CliError, Context, whole_list};

/// Lists service principals by name, the revoked ones too.
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let by = context.by();
        let principals = whole_list(async |last: Option<&ServicePrincipal>, limit| {
            let place = last.map(PrincipalPlace::of);
            service.list_service_principals(by, place.as_ref(), limit).await
        })
        .await?;
        service.close().await;
        let views: Vec<_> = principals.iter().map(PrincipalView::new).collect();
        context.console.answer(&views, || {
            if views.is_empty() {
                return "There are no service principals.".to_owned();
            }
            table(
                ["client id", "name", "state", "scopes", "last used"],
                views.iter().map(|view| {
                    [
                        view.client_id.clone(),
                        view.name.clone(),
                        view.state.to_owned(),
                        view.scopes.join(" "),
                        view.last_used_at.clone().unwrap_or_else(|| "never".to_owned()),
                    ]
                }),
            )
        })
    }
}
