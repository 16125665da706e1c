//! Doors as people know them: by what they do there.

use postern_domain::door::{Door, DoorSet};

/// A door as a choice.
pub(crate) struct DoorView {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) chosen: bool,
}

/// What people do at a door.
pub(crate) const fn door_label(door: Door) -> &'static str {
    match door {
        Door::Smtp => "Send mail (SMTP)",
        Door::Imap => "Read mail (IMAP)",
        Door::Pop3 => "Fetch mail (POP3)",
        Door::ManageSieve => "Mail filters (ManageSieve)",
        Door::Ews => "Exchange Web Services",
        Door::ActiveSync => "Phone sync (ActiveSync)",
        Door::Mapi => "Outlook (MAPI over HTTP)",
        Door::Autodiscover => "Outlook set-up (Autodiscover)",
        Door::Oab => "Offline address book",
        Door::Dav => "Calendar and contacts (CalDAV, CardDAV)",
        Door::SharePoint => "SharePoint",
        Door::Http => "Other web services",
        Door::Ldap => "Directory (LDAP)",
        Door::NginxMail => "Mail through nginx",
        Door::ForwardAuth => "Web applications",
        Door::Sasl => "Mail server sign-in (SASL)",
    }
}

/// The doors of a scope in words: those that are offered here, or all when none of them is.
pub(crate) fn scope_labels(scope: DoorSet, offered: DoorSet) -> Vec<&'static str> {
    let here: Vec<_> = scope.iter().filter(|door| offered.contains(*door)).map(door_label).collect();
    if here.is_empty() { scope.iter().map(door_label).collect() } else { here }
}

impl DoorView {
    /// The doors of `offered` as choices.
    pub(crate) fn choices(offered: DoorSet, chosen: DoorSet) -> Vec<Self> {
        let view =
            |door: Door| Self { name: door.name(), label: door_label(door), chosen: chosen.contains(door) };
        offered.iter().map(view).collect()
    }
}
