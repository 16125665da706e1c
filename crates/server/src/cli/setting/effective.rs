//! `postern setting effective`

use clap::Args;
use postern_domain::account::{AccountName, GroupName};
use postern_domain::setting::{Origin, SettingKey};
use serde_json::json;

use crate::cli::console::table;
use crate::cli::{CliError, Context};

/// Shows what holds for an account, and where it comes from.
#[derive(Debug, Args)]
pub(crate) struct Effective {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
}

impl Effective {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let held = service.effective_settings(context.by(), &self.account).await?;
        service.close().await;
        let rows = || {
            SettingKey::ALL.iter().map(|key| {
                (key.name(), key.get(&held.effective.settings), origin(&held.effective.origin(*key)))
            })
        };
        let answer: Vec<_> = rows()
            .map(|(name, value, origin)| json!({ "name": name, "value": value, "origin": origin }))
            .collect();
        context.console.answer(&answer, || {
            table(
                ["setting", "value", "from"],
                rows().map(|(name, value, from)| [name.to_owned(), value, from]),
            )
        })
    }
}

/// `default`, `organization`, or `group GUESTS, STAFF`.
fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Organization => "organization".to_owned(),
        Origin::Groups(groups) => {
            let names: Vec<&str> = groups.iter().map(GroupName::as_str).collect();
            format!("group {}", names.join(", "))
        }
    }
}
