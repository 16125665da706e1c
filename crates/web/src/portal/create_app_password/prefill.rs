//! What a link puts into the form: the one thing to do after a refusal.

use postern_domain::app_password::{AppPassword, SenderRestriction};
use postern_domain::door::Door;
use serde::Deserialize;

use super::form::CreateForm;
use crate::answer::Stop;
use crate::form::Fields;
use crate::portal::Portal;
use crate::portal::app_password::find;
use crate::session::Inside;

/// What the address of the form may say. A value that means nothing says nothing.
#[derive(Deserialize, Default)]
pub(crate) struct Prefill {
    /// The door at which a program was refused.
    door: Option<String>,
    /// An app password that is over and whose place the new one takes.
    like: Option<String>,
}

impl Prefill {
    /// The form before anything was typed.
    pub(super) async fn form(&self, portal: &Portal, inside: &Inside) -> Result<CreateForm, Stop> {
        let fields = match &self.like {
            Some(id) => like(&find(portal, inside, id).await?.0),
            None => Vec::new(),
        };
        let mut form = CreateForm::read(&Fields::from(fields), portal.config.doors);
        if let Some(door) = self.door.as_deref().and_then(|name| name.parse::<Door>().ok()) {
            form.put_first(door);
        }
        Ok(form)
    }
}

/// The fields that say what another app password is. Its name is free again when it is revoked.
fn like(other: &AppPassword) -> Vec<(String, String)> {
    let networks: Vec<String> = other.networks.as_slice().iter().map(ToString::to_string).collect();
    let mut fields = vec![
        ("name", other.name.to_string()),
        ("note", other.note.as_ref().map_or_else(String::new, ToString::to_string)),
        ("purpose", "own".to_owned()),
        ("networks", networks.join("\n")),
    ];
    fields.extend(other.scope.iter().map(|door| ("door", door.name().to_owned())));
    match &other.sender {
        SenderRestriction::AccountAddresses => {}
        SenderRestriction::Listed(list) => {
            fields.extend([("sender", "list".to_owned()), ("senders", list.join("\n"))]);
        }
        SenderRestriction::Unrestricted => fields.push(("sender", "any".to_owned())),
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
