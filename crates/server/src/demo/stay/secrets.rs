//! App passwords for the reader to try.

use postern_domain::door::Door;
use postern_service::app_password::CreatedAppPassword;

use crate::demo::DemoError;
use crate::demo::stage::Stage;
use crate::demo::story::{ALICE, Owner, People, WEBMASTER, wanted};

/// One for each kind of door; none is bound to an address.
pub(super) struct Secrets<'a> {
    smtp: CreatedAppPassword,
    imap: CreatedAppPassword,
    ews: &'a CreatedAppPassword,
}

impl<'a> Secrets<'a> {
    /// Creates those that the story has not left.
    pub(super) async fn create(stage: &Stage, people: &'a People) -> Result<Self, DemoError> {
        let now = stage.service().clock().now();
        let create = async |owner: &Owner, account, door| {
            let wanted = wanted(account, "Try it yourself", door, None, now);
            stage.service().create_app_password(owner.by(), wanted).await
        };
        Ok(Self {
            smtp: create(&people.webmaster, WEBMASTER, Door::Smtp).await?,
            imap: create(&people.alice, ALICE, Door::Imap).await?,
            ews: &people.nightly_backup,
        })
    }

    /// That of the web site's owner, good for sending.
    pub(super) fn smtp(&self) -> &str {
        self.smtp.secret.expose_canonical()
    }

    /// That of alice, good for reading.
    pub(super) fn imap(&self) -> &str {
        self.imap.secret.expose_canonical()
    }

    /// That of the backup tool.
    pub(super) fn ews(&self) -> &str {
        self.ews.secret.expose_canonical()
    }
}
