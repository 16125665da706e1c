//! Asking the rules about a credential that was recognised at a door, and doing what they say.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use postern_domain::actor::Actor;
use postern_domain::app_password::{AppPassword, TypedSecret};
use postern_domain::audit::Operation;
use postern_domain::door::Door;
use postern_domain::id::{AccountId, DoorSessionId, SecretId};
use postern_domain::setting::Settings;
use postern_domain::sign_in::{
    CredentialUsed, DoorPolicy, Permit, Place, RefusalReason, SignIn, Verified, decide,
};
use postern_storage::{AccountPasswordRecord, Candidate, SecretStanding, Verifier};

use super::{DoorAnswer, DoorSession, Refusal};
use crate::audit::Record;
use crate::event::Origin;
use crate::{Failure, Service};

/// What an attempt at a door has beside its credential.
pub(super) struct Context {
    pub(super) door: Door,
    pub(super) authorization_id: Option<String>,
    pub(super) address: IpAddr,
    pub(super) client: Option<String>,
    pub(super) now: Timestamp,
}

impl Context {
    /// The event's part of it. The client's name goes with it.
    fn origin(&mut self) -> Origin {
        let client = self.client.take();
        Origin { place: Place::Door(self.door), address: self.address, client, at: self.now }
    }

    /// Grants to act for another account do not exist yet, so that every request to is refused. Asking for oneself, by
    /// whichever of one's addresses, is no request.
    fn impersonation_denied(&self, account: &Account) -> bool {
        let wanted = self.authorization_id.as_deref().unwrap_or_default();
        let own = |wanted: AccountName| account.addresses().any(|address| *address == wanted);
        !wanted.is_empty() && !wanted.parse().is_ok_and(own)
    }

    fn ask<'a>(
        &self,
        settings: &Settings,
        account: &'a Account,
        credential: Verified<'a>,
    ) -> Result<Permit, RefusalReason> {
        decide(&SignIn {
            credential,
            mfa: account.mfa,
            status: &account.status,
            policy: policy(settings, self.door),
            door: self.door,
            address: self.address,
            impersonation_denied: self.impersonation_denied(account),
            limit_reached: false,
            now: self.now,
        })
    }
}

/// The policy that the settings make for a door.
pub(super) fn policy(settings: &Settings, door: Door) -> DoorPolicy {
    DoorPolicy {
        door_on: !settings.doors_off.contains(door),
        app_passwords_on: settings.app_passwords_at_doors,
        account_passwords: settings.account_passwords_at_doors,
    }
}

/// Whether nothing but a new secret helps. A narrowed scope or a block can be taken back.
fn has_ended_the_secret(reason: RefusalReason) -> bool {
    use RefusalReason::{Expired, IdleExpired, Revoked, RotatedAway};
    matches!(reason, Revoked | Expired | IdleExpired | RotatedAway)
}

impl Service {
    pub(super) async fn decide_app_password(
        &self,
        presented: &TypedSecret,
        candidate: Candidate,
        context: Context,
    ) -> Result<DoorAnswer, Failure> {
        let Candidate { secret, app_password, account, .. } = candidate;
        let used = CredentialUsed::AppPassword(app_password.id);
        let rotated_away = matches!(secret.standing, SecretStanding::Old { until } if until <= context.now);
        let verified = Verified::AppPassword { app_password: &app_password, rotated_away };
        let permit = match context.ask(&self.settings(), &account, verified) {
            Ok(permit) => permit,
            Err(reason) => {
                return Ok(DoorAnswer::Refused(self.refuse(context, Some(account.id), used, reason)));
            }
        };
        let overlaps = app_password.overlap_until.is_some_and(|until| until > context.now);
        if overlaps && matches!(secret.standing, SecretStanding::Current { old_one_works: true }) {
            self.end_old_secret(&app_password, context.now).await?;
        }
        if matches!(&secret.verifier, Verifier::Fast(verifier) if self.keys().is_of_old_version(verifier)) {
            self.renew_verifier(secret.id, presented).await;
        }
        Ok(self.accept(permit, context, account, Some((app_password, secret.id))))
    }

    pub(super) async fn decide_account_password(
        &self,
        account: Account,
        record: &AccountPasswordRecord,
        presented: &TypedSecret,
        context: Context,
    ) -> Result<DoorAnswer, Failure> {
        let permit = match context.ask(&self.settings(), &account, Verified::AccountPassword) {
            Ok(permit) => permit,
            Err(reason) => {
                let used = CredentialUsed::AccountPassword;
                return Ok(DoorAnswer::Refused(self.refuse(context, Some(account.id), used, reason)));
            }
        };
        self.account_passwords().right(&account.name, context.address, context.now);
        self.strengthen_account_password(account.id, record, presented).await;
        Ok(self.accept(permit, context, account, None))
    }

    /// Lets somebody in: only with the permit of the rules, which nothing else can make.
    fn accept(
        &self,
        _permit: Permit,
        mut context: Context,
        account: Account,
        by: Option<(AppPassword, SecretId)>,
    ) -> DoorAnswer {
        let (app_password, secret) = by.unzip();
        let used = match &app_password {
            Some(app_password) => CredentialUsed::AppPassword(app_password.id),
            None => CredentialUsed::AccountPassword,
        };
        let client = context.client.clone();
        self.record_acceptance(context.origin(), account.id, used);
        DoorAnswer::Accepted(Box::new(DoorSession {
            id: DoorSessionId::generate(&*self.parts.clock, self.random()),
            door: context.door,
            account,
            app_password,
            secret,
            address: context.address,
            client,
            started_at: context.now,
            acting_for: None,
        }))
    }

    pub(super) fn refuse(
        &self,
        mut context: Context,
        account: Option<AccountId>,
        used: CredentialUsed,
        reason: RefusalReason,
    ) -> Refusal {
        let secret_has_ended = has_ended_the_secret(reason);
        let reference = self.record_refusal(context.origin(), account, used, reason);
        let portal = self.portal_url();
        let text = format!(
            "Sign-in refused. Accounts with MFA need an app password: {portal}/security-info (ref {reference})"
        );
        Refusal { reference, text, secret_has_ended, retry_after: None }
    }

    /// The first use of a rotated app password's new secret ends the old one, before the program is answered. When that
    /// cannot be written the program is told to try again: the promise is kept rather than the sign-in.
    async fn end_old_secret(&self, app_password: &AppPassword, now: Timestamp) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        if transaction.end_old_secrets(app_password.id, now).await? > 0 {
            let record = Record::of(Operation::EndOldSecret)
                .account(app_password.account)
                .app_password(app_password.id)
                .detail("name", app_password.name.as_str());
            transaction.append_audit_records(vec![record.by(Actor::System, now)]).await?;
            let change = postern_storage::ChangeKind::AppPassword(app_password.account, app_password.id);
            transaction.announce(postern_storage::Change::new(change)).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Stores a secret that was found under an old key version under the newest, so that the old one can go some day.
    /// Works as well without, so that a failure is not the program's.
    async fn renew_verifier(&self, id: SecretId, presented: &TypedSecret) {
        let Some(canonical) = presented.as_strong_app_password() else { return };
        let salt = postern_domain::random::bytes(self.random());
        let verifier = Verifier::Fast(self.keys().new_verifier(&canonical, salt));
        let locator = self.keys().new_locator(&canonical);
        let renewed: Result<(), Failure> = async {
            let mut transaction = self.parts.store.begin().await?;
            transaction.replace_verifier(id, locator, &verifier).await?;
            Ok(transaction.commit().await?)
        }
        .await;
        if let Err(error) = renewed {
            tracing::warn!(%error, "an app password stays under an old key");
        }
    }
}
