//! Adding the events of a batch up, before they are written.

use std::collections::HashMap;

use postern_domain::app_password::LastUse;
use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, SignInEvent};
use postern_storage::{CredentialSort, Ended, SignInTally, TallyStep, TriedAfterEnd};

/// The sign-ins of each hour, by place, credential and end.
pub(super) fn hours(events: &[SignInEvent]) -> Vec<SignInTally> {
    let mut hours: HashMap<_, SignInTally> = HashMap::new();
    for event in events {
        let hour = event.at.as_millis().div_euclid(TallyStep::Hour.millis());
        let credential = match event.credential {
            CredentialUsed::Unrecognised { .. } => CredentialSort::Unrecognised,
            CredentialUsed::AccountPassword => CredentialSort::AccountPassword,
            CredentialUsed::AppPassword(_) => CredentialSort::AppPassword,
            CredentialUsed::Passkey => CredentialSort::Passkey,
            CredentialUsed::OutsideIdentity => CredentialSort::OutsideIdentity,
        };
        let ended = match event.outcome {
            Outcome::Accepted { would_refuse: None } => Ended::Accepted,
            Outcome::Accepted { would_refuse: Some(reason) } => Ended::WouldRefuse(reason),
            Outcome::Refused { reason, .. } => Ended::Refused(reason),
        };
        let place = event.place;
        let tally = SignInTally { from: event.at, place, credential, ended, count: 0 };
        hours.entry((hour, place, credential, ended)).or_insert(tally).count += 1;
    }
    hours.into_values().collect()
}

/// The attempts with app passwords that have ended.
pub(super) fn tried_after_end(events: &[SignInEvent]) -> Vec<TriedAfterEnd> {
    let mut tried: HashMap<AppPasswordId, TriedAfterEnd> = HashMap::new();
    for event in events {
        let (CredentialUsed::AppPassword(app_password), Place::Door(door)) = (event.credential, event.place)
        else {
            continue;
        };
        let Outcome::Refused { reason, .. } = event.outcome else { continue };
        if !TriedAfterEnd::counts(reason) {
            continue;
        }
        let last = LastUse { at: event.at, door, address: event.address, client: event.client.clone() };
        let first_at = event.at;
        let one = TriedAfterEnd { app_password, reason, first_at, last: last.clone(), count: 0 };
        let known = tried.entry(app_password).or_insert(one);
        known.count += 1;
        known.first_at = known.first_at.min(event.at);
        if last.at >= known.last.at {
            (known.last, known.reason) = (last, reason);
        }
    }
    tried.into_values().collect()
}
