//! What an owner sees and changes of their own methods.

use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MethodLabel};
use postern_storage::PortalSession;

use super::registration::EnrolError;
use super::second_factor_in::actor;
use super::session::read_anew;
use super::{FullSession, SecondFactorError};
use crate::Service;
use crate::account::record_of;
use crate::audit::Record;
use crate::authorise::settings_for;

/// With what a second factor can be given now.
#[derive(Debug)]
pub struct SecondFactors {
    /// The methods that can be used: the one that its owner wants to be asked for first, then from strong to weak.
    pub methods: Vec<AuthenticationMethod>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
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

    /// Has a method asked for first at sign-in.
    ///
    /// # Errors
    /// [`EnrolError::NoSuchMethod`], [`EnrolError::StepUpNeeded`] when the session is over, [`EnrolError::Failure`].
    pub async fn set_default_method(
        &self,
        session: &FullSession,
        method: MethodId,
    ) -> Result<(), EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (_, mut account) = read.ok_or(EnrolError::StepUpNeeded)?;
        let found = find(transaction.methods_of(account.id).await?, method)?;
        if account.default_method == Some(method) {
            return Ok(());
        }
        account.default_method = Some(method);
        transaction.update_account(&account, now).await?;
        let record = changed(&account, &found).detail("asked for", "first").by(actor(&account), now);
        transaction.append_audit_records(vec![record]).await?;
        Ok(transaction.commit().await?)
    }

    /// Gives a method another name.
    ///
    /// # Errors
    /// [`EnrolError::NoSuchMethod`], [`EnrolError::StepUpNeeded`] when the session is over, [`EnrolError::Failure`].
    pub async fn rename_method(
        &self,
        session: &FullSession,
        method: MethodId,
        label: &str,
    ) -> Result<(), EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (_, account) = read.ok_or(EnrolError::StepUpNeeded)?;
        let found = find(transaction.methods_of(account.id).await?, method)?;
        let label = MethodLabel::typed(label, found.kind);
        if label.as_str() == found.label {
            return Ok(());
        }
        transaction.rename_method(account.id, method, label.as_str()).await?;
        let record = changed(&account, &found).detail("new label", label.as_str()).by(actor(&account), now);
        transaction.append_audit_records(vec![record]).await?;
        Ok(transaction.commit().await?)
    }
}

fn find(methods: Vec<AuthenticationMethod>, id: MethodId) -> Result<AuthenticationMethod, EnrolError> {
    methods.into_iter().find(|method| method.id == id).ok_or(EnrolError::NoSuchMethod)
}

fn changed(account: &Account, method: &AuthenticationMethod) -> Record {
    record_of(Operation::ChangeMethod, account).detail("method", method.id).detail("label", &method.label)
}
