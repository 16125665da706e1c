//! The sign-ins of the last 30 days with their seals, and what is known from them.

use postern_domain::Timestamp;
use postern_domain::actor::Actor;
use postern_domain::audit::{NewAuditRecord, Operation, seal_events};
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, SignInEventId};
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, RefusalReason, RefusalReference, SignInEvent};
use postern_storage::Store;

use super::sample::{id_at, on_the_way};
use super::{Filled, University, id, sums};

/// Events under one seal.
const SEALED_AT_ONCE: u64 = 1_000;
const DAYS: u64 = 30;

/// What was presented, for whom, and how it ended.
type Presented = (Option<u64>, Door, CredentialUsed, Option<RefusalReason>);

impl University {
    pub(super) async fn add_sign_ins(&mut self, store: &dyn Store) -> Filled {
        let seals = self.sizes.events.div_ceil(SEALED_AT_ONCE).max(1);
        let between = self.records_with_sign_ins() / seals;
        for portion in Self::portions(self.sizes.events, SEALED_AT_ONCE) {
            let mut events = Vec::new();
            for number in portion {
                let at = on_the_way(number, self.sizes.events, DAYS);
                events.push(self.sign_in(number, at)?);
            }
            let at = events.last().map_or(super::NOW, |event| event.at);
            let mut records: Vec<_> = (0..between).map(|_| self.record(at)).collect();
            records.push(NewAuditRecord {
                at,
                actor: Actor::System,
                operation: Operation::SealSignInEvents,
                account: None,
                app_password: None,
                details: vec![
                    ("count".to_owned(), events.len().to_string()),
                    ("digest".to_owned(), seal_events(&events).to_string()),
                ],
            });
            let mut transaction = store.begin().await?;
            let seal = transaction.append_audit_records(records).await?;
            transaction.insert_sign_in_events(&events, seal.sequence).await?;
            sums::add(&mut *transaction, &events).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    fn sign_in(&mut self, number: u64, at: Timestamp) -> Result<SignInEvent, Box<dyn std::error::Error>> {
        let (account, door, credential, reason) = match self.sample.below(100) {
            0..86 => self.with_app_password(at),
            86..94 => self.with_account_password(),
            _ => self.with_something_else(),
        };
        let outcome = match reason {
            Some(reason) => Outcome::Refused { reason, reference: self.reference()? },
            None => Outcome::Accepted { would_refuse: None },
        };
        Ok(SignInEvent {
            id: SignInEventId::from_bytes(id_at(at, number)),
            at,
            place: Place::Door(door),
            account: account.map(|number| AccountId::from_bytes(id(1, number))),
            address: self.sample.address(),
            client: Some(format!("client{}.example.edu", self.sample.below(300))),
            credential,
            acting_for: None,
            outcome,
        })
    }

    /// Three in ten are of the few programs that sign in all day; one in thirty is tried after its end.
    fn with_app_password(&mut self, at: Timestamp) -> Presented {
        let all = self.app_passwords.len() as u64;
        let among = if self.sample.below(10) < 3 { (all / 200).max(1) } else { all };
        let wants_ended = self.sample.one_in(30);
        let mut number = self.sample.below(among);
        // Nearly always there is one soon; where there is none, whichever it is.
        for _ in 0..64 {
            let found = self.app_passwords[usize::try_from(number).unwrap_or_default()];
            if found.has_ended == wants_ended && found.created_at <= at {
                break;
            }
            number = self.sample.below(all);
        }
        let found = self.app_passwords[usize::try_from(number).unwrap_or_default()];
        let reason = match self.sample.below(40) {
            _ if found.is_revoked => Some(RefusalReason::Revoked),
            _ if found.has_ended => Some(RefusalReason::Expired),
            0 => Some(RefusalReason::OutOfNetwork),
            1 => Some(RefusalReason::OutOfScope),
            _ => None,
        };
        let credential = CredentialUsed::AppPassword(AppPasswordId::from_bytes(id(2, number)));
        (Some(found.account), found.door, credential, reason)
    }

    fn with_account_password(&mut self) -> Presented {
        let number = self.sample.below(self.sizes.accounts);
        let door = *self.sample.pick(&[Door::Smtp, Door::Imap, Door::ActiveSync]);
        let under_mfa = self.person(number).mfa == MfaState::Enforced;
        let reason = under_mfa.then_some(RefusalReason::AccountPasswordUnderMfa);
        (Some(number), door, CredentialUsed::AccountPassword, reason)
    }

    /// A wrong secret, or a name that nobody has.
    fn with_something_else(&mut self) -> Presented {
        let credential = CredentialUsed::Unrecognised { tag: self.sample.number() };
        if self.sample.one_in(3) {
            return (None, Door::Smtp, credential, Some(RefusalReason::UnknownAccount));
        }
        let number = self.sample.below(self.sizes.accounts);
        (Some(number), Door::Imap, credential, Some(RefusalReason::WrongSecret))
    }

    fn reference(&mut self) -> Result<RefusalReference, Box<dyn std::error::Error>> {
        const SYMBOLS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut text: String = (0..8).map(|_| char::from(*self.sample.pick(SYMBOLS))).collect();
        text.insert(4, '-');
        Ok(text.parse()?)
    }
}
