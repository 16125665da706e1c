//! Add a notification address: a code is sent there, and nothing is told there before it came back.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::audit::Operation;
use postern_domain::id::NotificationAddressId;
use postern_domain::notice::NotificationAddress;
use postern_storage::{SentCode, Transaction};
use zeroize::Zeroizing;

use super::{NotificationAddressError, find_theirs, of_address};
use crate::account::record_of;
use crate::authorise::Asker;
use crate::messenger::Mail;
use crate::notice::{AccountTidings, tell};
use crate::portal::SendCodeError;
use crate::{By, Service};

impl Service {
    /// Adds an address and sends a code there; one that is not confirmed yet gets another code. By the owner, with a fresh
    /// second factor. The operator's needs no code, and neither does that of an administrator who may change the account's
    /// own addresses: they vouch for it, also for service accounts, at which nobody could type one. The owner is told.
    ///
    /// # Errors
    /// [`NotificationAddressError`]. When the code could not be sent, the address is there, to be sent another one.
    pub async fn add_notification_address(
        &self,
        by: By<'_>,
        account: &AccountName,
        address: AccountName,
    ) -> Result<NotificationAddress, NotificationAddressError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = find_theirs(&asker, &mut *transaction, account, Permission::ManageAccounts).await?;
        if !asker.stepped_up(now) {
            return Err(NotificationAddressError::StepUpNeeded);
        }
        if account.has_address(&address) {
            return Err(NotificationAddressError::OwnAddress);
        }
        if !self.messenger().sends_mail() {
            return Err(NotificationAddressError::NoMail);
        }
        // Nobody vouches for an address of their own.
        let vouched = asker.in_whose_name() != Some(account.id);
        let new = NotificationAddress {
            id: NotificationAddressId::generate(&*self.parts.clock, self.random()),
            account: account.id,
            address,
            added_at: now,
            confirmed_at: vouched.then_some(now),
        };
        let added = self.put(by, &mut *transaction, &account, new).await?;
        if vouched {
            transaction.commit().await?;
            return Ok(added);
        }
        let made = self.make_code(&mut *transaction, &account, of_address(&added), None, now).await?;
        transaction.commit().await?;
        self.send_address_code(&account, &added, made, now).await?;
        Ok(added)
    }

    /// Finds the address among those that are not confirmed, or adds it; one that somebody vouches for is confirmed by it.
    async fn put(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        new: NotificationAddress,
    ) -> Result<NotificationAddress, NotificationAddressError> {
        let (now, vouched) = (new.added_at, new.confirmed_at.is_some());
        let known = transaction.notification_addresses_of(account.id).await?;
        let record =
            record_of(Operation::ChangeNotificationAddresses, account).detail("address", &new.address);
        let added = match known.iter().find(|one| one.address == new.address) {
            Some(one) if one.confirmed_at.is_some() => return Err(NotificationAddressError::Known),
            Some(one) if !vouched => return Ok(one.clone()),
            Some(one) => {
                transaction.confirm_notification_address(account.id, one.id, now).await?;
                NotificationAddress { confirmed_at: Some(now), ..one.clone() }
            }
            None if known.len() >= NotificationAddress::MOST => {
                return Err(NotificationAddressError::TooMany);
            }
            None => {
                transaction.insert_notification_address(&new).await?;
                new
            }
        };
        let what = if vouched { "added, vouched for" } else { "added, not confirmed yet" };
        transaction.append_audit_records(vec![record.detail("what", what).by(by.actor(), now)]).await?;
        if vouched {
            let (added, removed) = (vec![added.address.clone()], Vec::new());
            let notice = AccountTidings::NotificationAddresses { added, removed, done: by.into() };
            tell(transaction, account, notice, now).await?;
        }
        Ok(added)
    }

    async fn send_address_code(
        &self,
        account: &Account,
        to: &NotificationAddress,
        (stored, code): (SentCode, Zeroizing<String>),
        sent_at: Timestamp,
    ) -> Result<(), NotificationAddressError> {
        let (code, url) = (code.as_str(), self.portal_url());
        let host = url.trim_start_matches("https://");
        let text = format!(
            "{code} is the code for this address.\n\nThe owner of the account {} at {host} wants notices about the \
             security of that account to be sent here, too. Give the code to nobody else. It works for 10 minutes, \
             once.\n\nIf you know nothing of it, do nothing: without the code no notice is sent here.\n",
            account.name
        );
        let mail = Mail::new(to.address.clone(), &format!("Confirm this address for {host}"), text);
        let Err(error) = self.messenger().mail(&mail).await else { return Ok(()) };
        tracing::error!(%error, "the code for a notification address could not be sent");
        self.take_back_code(&stored, sent_at).await?;
        Err(NotificationAddressError::Unsent(SendCodeError::Undelivered))
    }
}
