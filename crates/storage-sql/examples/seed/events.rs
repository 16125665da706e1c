//! Sign-ins with their seals, programs with the account password, and audit records.

use postern_domain::actor::Actor;
use postern_domain::audit::{NewAuditRecord, Operation, seal_events};
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, SignInEventId};
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, RefusalReason, RefusalReference, SignInEvent};
use postern_storage::{AccountPasswordUse, Store};

use crate::sample::{NOW, Sample, id};
use crate::sizes::Sizes;

/// Events, or records, in one transaction.
const AT_ONCE: u64 = 5_000;

type Failed = Box<dyn std::error::Error>;

pub(crate) async fn sign_ins(store: &dyn Store, sample: &mut Sample, sizes: &Sizes) -> Result<(), Failed> {
    let span = std::time::Duration::from_secs(90 * 86_400);
    let mut number = 0;
    while number < sizes.events {
        let end = (number + AT_ONCE).min(sizes.events);
        let mut events = Vec::new();
        let mut uses = Vec::new();
        for number in number..end {
            // One after the other, up to now.
            let before = span.mul_f64(1.0 - ratio(number, sizes.events));
            let event = sign_in(sample, sizes, number, NOW.minus(before))?;
            if let (Some(account), Place::Door(door)) = (event.account, event.place)
                && sample.one_in(40)
            {
                let (address, client) = (event.address, event.client.clone());
                uses.push(AccountPasswordUse {
                    account,
                    door,
                    address,
                    client,
                    at: event.at,
                    count: 3,
                    refused: None,
                });
            }
            events.push(event);
        }
        let mut transaction = store.begin().await?;
        let seal = NewAuditRecord {
            at: NOW,
            actor: Actor::System,
            operation: Operation::SealSignInEvents,
            account: None,
            app_password: None,
            details: vec![
                ("count".to_owned(), events.len().to_string()),
                ("digest".to_owned(), seal_events(&events).to_string()),
            ],
        };
        let seal = transaction.append_audit_records(vec![seal]).await?;
        transaction.insert_sign_in_events(&events, seal.sequence).await?;
        transaction.record_account_password_uses(&uses).await?;
        transaction.commit().await?;
        number = end;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a place in time need not be exact")]
fn ratio(number: u64, of: u64) -> f64 {
    number as f64 / of as f64
}

fn sign_in(
    sample: &mut Sample,
    sizes: &Sizes,
    number: u64,
    at: postern_domain::Timestamp,
) -> Result<SignInEvent, Failed> {
    let app_password = sample.below(sizes.app_passwords.max(1));
    let refused = Outcome::Refused {
        reason: *sample.pick(&[
            RefusalReason::WrongSecret,
            RefusalReason::AccountPasswordUnderMfa,
            RefusalReason::OutOfNetwork,
        ]),
        reference: reference(sample)?,
    };
    Ok(SignInEvent {
        id: SignInEventId::from_bytes(id(5, number)),
        at,
        place: Place::Door(*sample.pick(&[Door::Smtp, Door::Imap, Door::Ews, Door::ActiveSync])),
        account: Some(AccountId::from_bytes(id(1, app_password % sizes.accounts))),
        address: sample.address(),
        client: Some(format!("client{}.example.edu", sample.below(300))),
        credential: CredentialUsed::AppPassword(AppPasswordId::from_bytes(id(2, app_password))),
        acting_for: None,
        outcome: if sample.one_in(12) { refused } else { Outcome::Accepted { would_refuse: None } },
    })
}

fn reference(sample: &mut Sample) -> Result<RefusalReference, Failed> {
    const SYMBOLS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut text: String = (0..8).map(|_| char::from(*sample.pick(SYMBOLS))).collect();
    text.insert(4, '-');
    Ok(text.parse()?)
}

pub(crate) async fn audit_records(
    store: &dyn Store,
    sample: &mut Sample,
    sizes: &Sizes,
) -> Result<(), Failed> {
    let mut number = 0;
    while number < sizes.records {
        let end = (number + AT_ONCE).min(sizes.records);
        let records = (number..end).map(|_| {
            let account = AccountId::from_bytes(id(1, sample.below(sizes.accounts)));
            NewAuditRecord {
                at: sample.moment(300),
                actor: Actor::Operator { user: "root".to_owned() },
                operation: *sample.pick(&[
                    Operation::CreateAppPassword,
                    Operation::RevokeAppPassword,
                    Operation::ChangeMfaState,
                    Operation::BlockAccount,
                ]),
                account: Some(account),
                app_password: None,
                details: vec![("name".to_owned(), "a name".to_owned())],
            }
        });
        let mut transaction = store.begin().await?;
        transaction.append_audit_records(records.collect()).await?;
        transaction.commit().await?;
        number = end;
    }
    Ok(())
}
