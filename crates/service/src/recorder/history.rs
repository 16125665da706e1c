//! What a batch of events adds to what is known of the app passwords in it.

use std::collections::BTreeMap;

use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, SignInEvent};
use postern_storage::{AppPasswordDay, AppPasswordSource};

/// What the events add to the days, in an order that every server has, so that two of them never wait for each other.
pub(super) fn days(events: &[SignInEvent]) -> Vec<AppPasswordDay> {
    let mut days = BTreeMap::<_, AppPasswordDay>::new();
    for (event, app_password) in events.iter().filter_map(with_its_app_password) {
        let day = event.at.day();
        let entry = days.entry((*app_password.as_bytes(), day));
        let tally = entry.or_insert(AppPasswordDay { app_password, day, accepted: 0, refused: 0 });
        match event.outcome {
            Outcome::Accepted { .. } => tally.accepted += 1,
            Outcome::Refused { .. } => tally.refused += 1,
        }
    }
    days.into_values().collect()
}

/// What the accepted ones add to the sources, in such an order too.
pub(super) fn sources(events: &[SignInEvent]) -> Vec<AppPasswordSource> {
    let mut sources = BTreeMap::<_, AppPasswordSource>::new();
    for (event, app_password) in events.iter().filter_map(with_its_app_password) {
        let (Place::Door(door), Outcome::Accepted { .. }) = (event.place, event.outcome) else { continue };
        let client = event.client.clone();
        let key = (*app_password.as_bytes(), door, event.address, client.clone());
        let known = sources.entry(key).or_insert(AppPasswordSource {
            app_password,
            door,
            address: event.address,
            client,
            first_at: event.at,
            last_at: event.at,
            count: 0,
        });
        known.first_at = known.first_at.min(event.at);
        known.last_at = known.last_at.max(event.at);
        known.count += 1;
    }
    sources.into_values().collect()
}

fn with_its_app_password(event: &SignInEvent) -> Option<(&SignInEvent, AppPasswordId)> {
    match event.credential {
        CredentialUsed::AppPassword(id) => Some((event, id)),
        CredentialUsed::AccountPassword
        | CredentialUsed::Passkey
        | CredentialUsed::OutsideIdentity
        | CredentialUsed::Unrecognised { .. } => None,
    }
}
