//! What a portion of sign-ins adds to what pages read instead of them. The recorder does it for the server.

use std::collections::BTreeMap;

use postern_domain::app_password::LastUse;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, SignInEvent};
use postern_storage::{
    AccountPasswordUse, AppPasswordDay, AppPasswordSource, CredentialSort, Ended, Result, SignInTally,
    Transaction, TriedAfterEnd,
};

pub(super) async fn add(transaction: &mut (dyn Transaction + '_), events: &[SignInEvent]) -> Result<()> {
    transaction.add_sign_in_tallies(&tallies(events)).await?;
    let (mut days, mut sources, mut tried, mut programs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for event in events {
        let Place::Door(door) = event.place else { continue };
        let refused = match event.outcome {
            Outcome::Accepted { .. } => None,
            Outcome::Refused { reason, reference } => Some((reason, reference)),
        };
        let (address, client, at) = (event.address, event.client.clone(), event.at);
        match (event.credential, event.account) {
            (CredentialUsed::AppPassword(app_password), _) => {
                let (accepted, refusals) = if refused.is_none() { (1, 0) } else { (0, 1) };
                days.push(AppPasswordDay { app_password, day: at.day(), accepted, refused: refusals });
                if let Some((reason, _)) = refused.filter(|(reason, _)| TriedAfterEnd::counts(*reason)) {
                    let last = LastUse { at, door, address, client };
                    tried.push(TriedAfterEnd { app_password, reason, first_at: at, last, count: 1 });
                } else if refused.is_none() {
                    let (first_at, last_at, count) = (at, at, 1);
                    sources.push(AppPasswordSource {
                        app_password,
                        door,
                        address,
                        client,
                        first_at,
                        last_at,
                        count,
                    });
                }
            }
            (CredentialUsed::AccountPassword, Some(account)) => {
                let refused = refused.map(|(_, reference)| reference);
                programs.push(AccountPasswordUse { account, door, address, client, at, count: 1, refused });
            }
            _ => {}
        }
    }
    transaction.add_app_password_days(&days).await?;
    transaction.add_app_password_sources(&sources).await?;
    transaction.add_tried_after_end(&tried).await?;
    transaction.record_account_password_uses(&programs).await
}

fn tallies(events: &[SignInEvent]) -> Vec<SignInTally> {
    let mut tallies = BTreeMap::<_, SignInTally>::new();
    for event in events {
        let credential = match event.credential {
            CredentialUsed::Unrecognised { .. } => CredentialSort::Unrecognised,
            CredentialUsed::AccountPassword => CredentialSort::AccountPassword,
            CredentialUsed::AppPassword(_) => CredentialSort::AppPassword,
            CredentialUsed::Passkey => CredentialSort::Passkey,
            CredentialUsed::OutsideIdentity => CredentialSort::OutsideIdentity,
        };
        let (ended, reason) = match event.outcome {
            Outcome::Accepted { .. } => (Ended::Accepted, ""),
            Outcome::Refused { reason, .. } => (Ended::Refused(reason), reason.name()),
        };
        let (hour, place) = (event.at.as_millis().div_euclid(3_600_000), event.place);
        let tally = SignInTally { from: event.at, place, credential, ended, count: 0 };
        tallies.entry((hour, place.name(), credential, reason)).or_insert(tally).count += 1;
    }
    tallies.into_values().collect()
}
