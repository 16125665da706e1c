//! End the consents of an account that is signed out by force.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::consent::{ConsentProblem, ConsentState};
use postern_storage::Transaction;

use crate::notice::{MailboxTidings, tell};
use crate::{Failure, Service};

/// What the owner reads beside a consent that ended so.
const WHY: &str = "all sessions of the account were ended, and its refresh tokens with them";

impl Service {
    /// Gives up the refresh tokens of an account, within the deed that signs it out. The consents stay visible, as lapsed,
    /// so that their owner is told and can connect again. Gives how many ended.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn end_consents_in(
        &self,
        transaction: &mut dyn Transaction,
        account: &Account,
        now: Timestamp,
    ) -> Result<u64, Failure> {
        let mut ended = 0;
        for consent in transaction.consents_of(account.id).await? {
            if matches!(consent.state, ConsentState::Lapsed(_)) {
                continue;
            }
            let Some(mut record) = transaction.consent(account.id, &consent.provider).await? else {
                continue;
            };
            record.consent.state = ConsentState::Lapsed(ConsentProblem { error: WHY.to_owned(), at: now });
            record.refresh_token = None;
            // What a provider is about to issue belongs to the generation before, and is not stored any more.
            record.generation += 1;
            transaction.put_consent(&record).await?;
            let notice = MailboxTidings::Lapsed { at: consent.provider, error: WHY.to_owned() };
            tell(transaction, account, notice, now).await?;
            ended += 1;
        }
        Ok(ended)
    }
}
