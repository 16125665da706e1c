//! What an owner sees and changes of their own methods.

use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MethodLabel};
use postern_storage::{PortalSession, Snapshot, StorageError};

use super::SecondFactorError;
use super::registration::EnrolError;
use super::session::read_anew;
use crate::account::record_of;
use crate::audit::Record;
use crate::authorise::{Asker, settings_for};
use crate::{By, Service};

/// With what a second factor can be given now.
#[derive(Debug)]
pub struct SecondFactors {
    /// The methods that can be used: the one that its owner wants to be asked for first, then from strong to weak.
    pub methods: Vec<AuthenticationMethod>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
}

/// What is to change of a method.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MethodChange {
    /// What it is called from now on; [`MethodLabel::typed`] says what is kept of it.
    pub label: Option<String>,
    /// Whether it is asked for first from now on. It is no more when another one is.
    pub first: bool,
}

/// A method after a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedMethod {
    /// The method.
    pub method: AuthenticationMethod,
    /// Whether it is asked for first.
    pub is_first: bool,
}

impl Service {
    /// With what the owner of a session can give a second factor. Methods that the organization has switched off are left
    /// out.
    ///
    /// # Errors
    /// [`SecondFactorError::SessionOver`], [`SecondFactorError::Failure`].
    pub async fn second_factors_of(
        &self,
        session: &PortalSession,
    ) -> Result<SecondFactors, SecondFactorError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let (_, account) =
            read_anew(session, &mut *snapshot, self.now()).await?.ok_or(SecondFactorError::SessionOver)?;
        let settings = settings_for(&mut *snapshot, &account).await?;
        let mut methods = snapshot.methods_of(account.id).await?;
        methods.retain(|method| self.offers(method.kind, &settings));
        methods.sort_by_key(|method| (Some(method.id) != account.default_method, method.kind.rank()));
        let recovery_codes_left = snapshot.recovery_codes_left(account.id).await?;
        Ok(SecondFactors { methods, recovery_codes_left })
    }

    /// Changes what a method of one's own is called, or has it asked for first at sign-in, or both. Neither opens anything
    /// that was closed: whoever signs in may choose any of the methods whichever is asked for first, so no step-up is
    /// asked for. Nobody does it for others: a label is by what its owner tells their methods apart.
    ///
    /// # Errors
    /// [`EnrolError::NoSuchMethod`], [`EnrolError::SessionOver`], [`EnrolError::Failure`].
    pub async fn change_method(
        &self,
        by: By<'_>,
        method: MethodId,
        change: MethodChange,
    ) -> Result<ChangedMethod, EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let mut account = own(&asker, &mut *transaction).await?.ok_or(EnrolError::SessionOver)?;
        let mut found = find(transaction.methods_of(account.id).await?, method)?;
        let mut record = changed(&account, &found);
        let mut is_change = false;
        if let Some(label) = change.label {
            let label = MethodLabel::typed(&label, found.kind);
            if label.as_str() != found.label {
                transaction.rename_method(account.id, method, label.as_str()).await?;
                record = record.detail("new label", label.as_str());
                found.label = label.into();
                is_change = true;
            }
        }
        if change.first && account.default_method != Some(method) {
            account.default_method = Some(method);
            transaction.update_account(&account, now).await?;
            record = record.detail("asked for", "first");
            is_change = true;
        }
        if is_change {
            transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
            transaction.commit().await?;
        }
        Ok(ChangedMethod { is_first: account.default_method == Some(method), method: found })
    }
}

/// The account of who asks; none when that has ended, or is not theirs to speak of.
pub(super) async fn own(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
) -> Result<Option<Account>, StorageError> {
    match asker.own_account() {
        Some(own) => state.account(own).await,
        None => Ok(None),
    }
}

fn find(methods: Vec<AuthenticationMethod>, id: MethodId) -> Result<AuthenticationMethod, EnrolError> {
    methods.into_iter().find(|method| method.id == id).ok_or(EnrolError::NoSuchMethod)
}

fn changed(account: &Account, method: &AuthenticationMethod) -> Record {
    record_of(Operation::ChangeMethod, account).detail("method", method.id).detail("label", &method.label)
}
