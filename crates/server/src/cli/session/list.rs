//! `postern session list`

use clap::Args;
use postern_domain::Octets;
use postern_domain::account::AccountName;
use postern_domain::id::AppPasswordId;
use postern_service::live_session::{ListedLiveSession, LiveSessionPlace, LiveSessionQuery};
use serde_json::json;

use crate::cli::console::table;
use crate::cli::view::LiveSessionView;
use crate::cli::{CliError, Context, whole_list};
use crate::text::show_moment;

/// Lists the live sessions at the doors of every server, newest first, some seconds old.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those of the account with this user name or alias
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountName>,
    /// Only those signed in with the app password of this id
    #[arg(long, value_name = "ID")]
    app_password: Option<AppPasswordId>,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let by = context.by();
        let listed = whole_list(async |last: Option<&ListedLiveSession>, limit| {
            let query = LiveSessionQuery {
                account: self.account.clone(),
                app_password: self.app_password,
                after: last.map(|last| LiveSessionPlace::of(&last.session)),
                limit,
            };
            service.live_sessions(by, &query).await.map(|page| page.sessions)
        })
        .await?;
        service.close().await;
        let sessions: Vec<_> = listed.iter().map(LiveSessionView::new).collect();
        context.console.answer(&json!({ "sessions": sessions }), || {
            if listed.is_empty() {
                return "There are no live sessions.".to_owned();
            }
            rows(&listed)
        })
    }
}

fn rows(sessions: &[ListedLiveSession]) -> String {
    table(
        ["id", "account", "app password", "door", "address", "client", "since", "from / to client"],
        sessions.iter().map(|listed| {
            let session = &listed.session;
            let account = match &session.acting_for {
                Some(other) => format!("{} for {other}", listed.account_name),
                None => listed.account_name.to_string(),
            };
            let with = listed.app_password_name.as_ref();
            let octets = [session.octets_from_client, session.octets_to_client]
                .map(|octets| Octets(octets).to_string());
            [
                session.id.to_string(),
                account,
                with.map_or_else(|| "account password".to_owned(), ToString::to_string),
                session.door.to_string(),
                session.address.to_string(),
                session.client.clone().unwrap_or_default(),
                show_moment(session.since),
                octets.join(" / "),
            ]
        }),
    )
}
