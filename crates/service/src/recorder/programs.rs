//! What a batch of events adds to what is known of the programs that use account passwords.

use std::collections::BTreeMap;

use postern_domain::network::network_of;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, RefusalReason, SignInEvent};
use postern_storage::AccountPasswordUse;

/// The attempts with the right account password at a door that were let in, or were refused for want of an app password,
/// added up by program and end, in an order that every server has.
pub(super) fn of(events: &[SignInEvent]) -> Vec<AccountPasswordUse> {
    let mut programs = BTreeMap::<_, AccountPasswordUse>::new();
    for event in events {
        let (Place::Door(door), CredentialUsed::AccountPassword, Some(account)) =
            (event.place, event.credential, event.account)
        else {
            continue;
        };
        let refused = match event.outcome {
            Outcome::Accepted { .. } => None,
            Outcome::Refused {
                reason: RefusalReason::AccountPasswordUnderMfa | RefusalReason::AccountPasswordsOff,
                reference,
            } => Some(reference),
            Outcome::Refused { .. } => continue,
        };
        let client = event.client.clone();
        let network = network_of(event.address);
        let key = (*account.as_bytes(), door, network, client.clone(), refused.is_some());
        let known = programs.entry(key).or_insert(AccountPasswordUse {
            account,
            door,
            address: event.address,
            client,
            at: event.at,
            count: 0,
            refused,
        });
        known.count += 1;
        if event.at >= known.at {
            (known.at, known.address, known.refused) = (event.at, event.address, refused);
        }
    }
    programs.into_values().collect()
}
