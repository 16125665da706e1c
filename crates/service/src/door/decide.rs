//! Asking the rules about a credential that was recognised at a door, and doing what they say.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

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

use super::at_work::{Joined, Program};
use super::mailbox::Wanted;
use super::session::ActingFor;
use super::{DoorAnswer, DoorSession, Refusal};
use crate::audit::Record;
use crate::event::Origin;
use crate::meters::SessionPlace;
use crate::{Failure, Service};

/// What an attempt at a door has beside its credential.
pub(super) struct Context {
    pub(super) door: Door,
    pub(super) authorization_id: Option<String>,
    pub(super) address: IpAddr,
    pub(super) client: Option<String>,
    pub(super) now: Timestamp,
}

/// What is looked at only when nothing else refuses, as it costs a read or takes a place.
#[derive(Clone, Copy, Default)]
struct Hurdles {
    impersonation_denied: bool,
    limit_reached: bool,
}

/// What somebody signed in with.
enum With {
    AppPassword(Box<AppPassword>, SecretId),
    AccountPassword { changed_at: Timestamp },
}

/// Somebody whom the rules let in.
struct Admitted {
    permit: Permit,
    acting_for: Option<ActingFor>,
    place: Option<Arc<SessionPlace>>,
}

/// Somebody whom they do not.
struct TurnedAway {
    reason: RefusalReason,
    /// The mailbox of another that was asked for.
    acting_for: Option<AccountName>,
    retry_after: Option<Duration>,
}

impl Context {
    /// The identity that the program asks to act for; empty for its own.
    fn wanted(&self) -> &str {
        self.authorization_id.as_deref().unwrap_or_default()
    }

    /// The same, where it names a mailbox that is not the account's.
    fn wanted_of_others(&self, account: &Account) -> Option<AccountName> {
        self.wanted().parse().ok().filter(|name| !account.has_address(name))
    }

    fn ask(
        &self,
        settings: &Settings,
        account: &Account,
        credential: Verified<'_>,
        hurdles: Hurdles,
    ) -> Result<Permit, RefusalReason> {
        decide(&SignIn {
            credential,
            mfa: account.mfa,
            status: &account.status,
            policy: policy(settings, self.door),
            door: self.door,
            address: self.address,
            impersonation_denied: hurdles.impersonation_denied,
            limit_reached: hurdles.limit_reached,
            now: self.now,
        })
    }

    fn program(
        &self,
        account: &Account,
        app_password: Option<&AppPassword>,
        acting_for: Option<&AccountName>,
    ) -> Program {
        Program {
            account: account.id,
            app_password: app_password.map(|its| its.id),
            door: self.door,
            address: self.address,
            client: self.client.clone(),
            acting_for: acting_for.cloned(),
        }
    }
}

/// The policy that the settings make for a door.
pub(super) fn policy(settings: &Settings, door: Door) -> DoorPolicy {
    DoorPolicy {
        door_on: !settings.doors_off.contains(door),
        app_passwords_on: settings.app_passwords_at_doors,
        account_passwords: settings.account_passwords_at_doors,
        report_only: settings.doors_report_only.contains(door),
    }
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
        let admitted = match self.admit(&context, &account, verified).await? {
            Ok(admitted) => admitted,
            Err(turned_away) => return Ok(self.turn_away(context, account.id, used, turned_away)),
        };
        let overlaps = app_password.overlap_until.is_some_and(|until| until > context.now);
        if overlaps && matches!(secret.standing, SecretStanding::Current { old_one_works: true }) {
            self.end_old_secret(&app_password, context.now).await?;
        }
        if matches!(&secret.verifier, Verifier::Fast(verifier) if self.keys().is_of_old_version(verifier)) {
            self.renew_verifier(secret.id, presented).await;
        }
        Ok(self.accept(admitted, context, account, With::AppPassword(Box::new(app_password), secret.id)))
    }

    pub(super) async fn decide_account_password(
        &self,
        account: Account,
        record: &AccountPasswordRecord,
        presented: &TypedSecret,
        context: Context,
    ) -> Result<DoorAnswer, Failure> {
        let admitted = match self.admit(&context, &account, Verified::AccountPassword).await? {
            Ok(admitted) => admitted,
            Err(turned_away) => {
                let used = CredentialUsed::AccountPassword;
                return Ok(self.turn_away(context, account.id, used, turned_away));
            }
        };
        self.account_passwords().right(&account.name, context.address, context.now);
        self.strengthen_account_password(account.id, record, presented).await;
        Ok(self.accept(admitted, context, account, With::AccountPassword { changed_at: record.changed_at }))
    }

    /// Why the rules refuse the password of an account, whatever else is wanted.
    pub(super) fn refuses_account_password(
        &self,
        context: &Context,
        account: &Account,
    ) -> Option<RefusalReason> {
        let settings = self.settings_of(account);
        context.ask(&settings, account, Verified::AccountPassword, Hurdles::default()).err()
    }

    /// Records the refusal of an account's own password.
    pub(super) fn refuse_account_password(
        &self,
        context: Context,
        account: &Account,
        reason: RefusalReason,
    ) -> Refusal {
        let acting_for = context.wanted_of_others(account);
        self.refuse(context, Some(account.id), CredentialUsed::AccountPassword, acting_for, reason)
    }

    /// Asks the rules: first about what is known already, so that a right secret that is refused costs no more reads
    /// than a wrong one and takes no place, and then about the mailbox that is wanted and the limits.
    async fn admit(
        &self,
        context: &Context,
        account: &Account,
        credential: Verified<'_>,
    ) -> Result<Result<Admitted, TurnedAway>, Failure> {
        let settings = self.settings_of(account);
        if let Err(reason) = context.ask(&settings, account, credential, Hurdles::default()) {
            let acting_for = context.wanted_of_others(account);
            return Ok(Err(TurnedAway { reason, acting_for, retry_after: None }));
        }
        let app_password = match credential {
            Verified::AppPassword { app_password, .. } => Some(app_password),
            Verified::AccountPassword => None,
        };
        let wanted = self.find_wanted(context, account).await?;
        let acting_for = wanted.acting_for().cloned();
        let impersonation_denied = wanted.is_denied(account, app_password);
        let place = match app_password {
            Some(its) if !impersonation_denied => self.take_place(context, account, its, acting_for.as_ref()),
            Some(_) | None => Ok(None),
        };
        let hurdles = Hurdles { impersonation_denied, limit_reached: place.is_err() };
        let retry_after = place.as_ref().err().copied();
        Ok(match context.ask(&settings, account, credential, hurdles) {
            Ok(permit) => {
                let (acting_for, place) = (wanted.into_acting_for(), place.ok().flatten());
                Ok(Admitted { permit, acting_for, place })
            }
            Err(reason) => Err(TurnedAway { reason, acting_for, retry_after }),
        })
    }

    async fn find_wanted(&self, context: &Context, account: &Account) -> Result<Wanted, Failure> {
        let text = context.wanted();
        if text.is_empty() {
            return Ok(Wanted::Own);
        }
        let mut snapshot = self.parts.store.snapshot().await?;
        Wanted::named(text, account, &mut *snapshot).await
    }

    /// A place for the session, unless its program has one.
    fn take_place(
        &self,
        context: &Context,
        account: &Account,
        app_password: &AppPassword,
        acting_for: Option<&AccountName>,
    ) -> Result<Option<Arc<SessionPlace>>, Duration> {
        let now = context.now;
        if context.door.is_request_based() {
            let program = context.program(account, Some(app_password), acting_for);
            if let Some(place) = self.at_work.place_of(&program, now) {
                return Ok(place);
            }
        }
        let place = self.meters.enter(app_password, now).or_else(|_| {
            // Programs that are over may have been in the way.
            self.at_work.sweep(now);
            self.meters.enter(app_password, now)
        })?;
        Ok(Some(Arc::new(place)))
    }

    /// Lets somebody in: only with the permit of the rules, which nothing else can make.
    fn accept(&self, admitted: Admitted, context: Context, account: Account, with: With) -> DoorAnswer {
        let Admitted { permit, acting_for, place } = admitted;
        let (app_password, secret, password_changed_at) = match with {
            With::AppPassword(app_password, secret) => (Some(*app_password), Some(secret), None),
            With::AccountPassword { changed_at } => (None, None, Some(changed_at)),
        };
        let its_name = acting_for.as_ref().map(|other| &other.name);
        let program = context.program(&account, app_password.as_ref(), its_name);
        let origin = Origin {
            place: Place::Door(context.door),
            address: context.address,
            client: context.client.clone(),
            at: context.now,
            acting_for: its_name.cloned(),
        };
        let joined = self.join(program, place, context.now);
        let used = CredentialUsed::of(app_password.as_ref().map(|its| its.id));
        if joined.is_new {
            self.record_admission(origin, account.id, used, permit.would_refuse());
        } else if let (true, Some(its)) = (joined.is_use, &app_password) {
            self.record_further_use(origin, its.id);
        }
        DoorAnswer::Accepted(Box::new(DoorSession {
            id: joined.id,
            door: context.door,
            account,
            app_password,
            secret,
            password_changed_at,
            address: context.address,
            client: context.client,
            started_at: context.now,
            acting_for,
            place: joined.place,
        }))
    }

    fn join(&self, program: Program, place: Option<Arc<SessionPlace>>, now: Timestamp) -> Joined {
        let id = DoorSessionId::generate(&*self.parts.clock, self.random());
        if program.door.is_request_based() {
            self.at_work.join(program, id, place, now)
        } else {
            Joined { id, place, is_new: true, is_use: true }
        }
    }

    fn turn_away(
        &self,
        context: Context,
        account: AccountId,
        used: CredentialUsed,
        turned_away: TurnedAway,
    ) -> DoorAnswer {
        let TurnedAway { reason, acting_for, retry_after } = turned_away;
        let refusal = self.refuse(context, Some(account), used, acting_for, reason);
        if reason == RefusalReason::LimitReached {
            DoorAnswer::LimitReached(self.for_now(&refusal, retry_after))
        } else {
            DoorAnswer::Refused(refusal)
        }
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
