//! Create an app password.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountName, AccountStatus, Permission};
use postern_domain::app_password::change::Attribute;
use postern_domain::app_password::{
    AppPassword, AppPasswordName, AppPasswordNote, AppPasswordSecret, Created, Profile, SenderRestriction,
    StoredState,
};
use postern_domain::audit::Operation;
use postern_domain::door::DoorSet;
use postern_domain::id::AppPasswordId;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::limits::Limits;
use postern_domain::network::Networks;
use postern_domain::setting::Settings;
use postern_storage::Snapshot;

use super::{AppPasswordError, attributes, record_of};
use crate::account::by_primary_address;
use crate::audit::Record;
use crate::authorise::{Asker, settings_for};
use crate::notice::{AppPasswordTidings, tell};
use crate::{By, Service};

/// An app password to be created.
#[derive(Clone, Debug)]
pub struct CreateAppPassword {
    /// Whose it is to be.
    pub account: AccountName,
    /// Its name.
    pub name: AppPasswordName,
    /// What else there is to know about it.
    pub note: Option<AppPasswordNote>,
    /// Form of its secret: the standard one, or one that the setting `compatible_profiles` allows.
    pub profile: Profile,
    /// The doors for which it is good.
    pub scope: DoorSet,
    /// The networks from which it is good.
    pub networks: Networks,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
    /// Unused for this long, at least a day, it ends; none: never.
    pub idle_expiry: Option<Duration>,
    /// Which sender addresses it may use.
    pub sender: SenderRestriction,
    /// The only mailboxes that it may act for, of those in its account's grant; none: all of those. Only for a service
    /// account.
    pub grant: Option<ImpersonationGrant>,
    /// How much may be done with it.
    pub limits: Limits,
    /// The address of who asks, where there is one.
    pub from: Option<IpAddr>,
}

/// A created (or rotated) app password, with its secret, this once.
#[derive(Debug)]
pub struct CreatedAppPassword {
    /// The app password.
    pub app_password: AppPassword,
    /// Its secret. It is nowhere else.
    pub secret: AppPasswordSecret,
}

impl Service {
    /// Creates an app password. By its owner: the setting must allow it and the second factor must be fresh. An
    /// administrator may create one for a service account, with a fresh second factor; for another person only by
    /// [`Self::create_app_password_on_behalf`].
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn create_app_password(
        &self,
        by: By<'_>,
        new: CreateAppPassword,
    ) -> Result<CreatedAppPassword, AppPasswordError> {
        self.create(by, new, false).await
    }

    /// Creates an app password for another person, by an administrator who has confirmed that they will know its secret:
    /// the record says so, and the owner is told. For somebody who stands beside the owner, or sets a device up for them;
    /// otherwise owners create their own.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn create_app_password_on_behalf(
        &self,
        by: By<'_>,
        new: CreateAppPassword,
    ) -> Result<CreatedAppPassword, AppPasswordError> {
        self.create(by, new, true).await
    }

    async fn create(
        &self,
        by: By<'_>,
        new: CreateAppPassword,
        on_behalf: bool,
    ) -> Result<CreatedAppPassword, AppPasswordError> {
        attributes::check(
            new.scope,
            &new.networks,
            &new.sender,
            new.expires_at,
            new.idle_expiry,
            self.now(),
        )?;
        // Made before the transaction begins, which holds all other writers up.
        let account = self.named_account(&new.account).await?;
        let its_settings =
            account.as_ref().map_or_else(|| self.settings(), |account| self.settings_of(account));
        let slow = its_settings.slow_hash_for_app_passwords;
        let (secret, stored) =
            self.make_secret(account.as_ref().map(|account| account.id), new.profile, slow).await?;

        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        // Read anew: it may have been blocked or renamed while the secret was made.
        let account = match account {
            Some(account) => {
                transaction.account(account.id).await?.filter(|found| found.has_address(&new.account))
            }
            None => None,
        };
        let settings = match &account {
            Some(account) => settings_for(&mut *transaction, account).await?,
            None => Settings::default(),
        };
        let account = may_create(&asker, account, &settings, on_behalf, now)?;
        attributes::offered(new.profile, &settings)?;
        let new = new.fit_for(&account, &mut *transaction).await?;
        attributes::one_more(&account, &settings, &mut *transaction, now).await?;
        let app_password = self.app_password_from(by, new, &account, now);
        attributes::permitted(&app_password, Attribute::ALL, &asker, &settings, now)?;
        transaction.insert_app_password(&app_password, &stored).await?;
        let seen_by_another = on_behalf && !asker.is(account.id);
        let record = created_record(&app_password)
            .detail_if("on behalf", seen_by_another.then_some("the secret was shown to who created it"))
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        tell(&mut *transaction, &account, created_notice(by, &app_password), now).await?;
        transaction.commit().await?;
        Ok(CreatedAppPassword { app_password, secret })
    }

    fn app_password_from(
        &self,
        by: By<'_>,
        new: CreateAppPassword,
        account: &Account,
        now: Timestamp,
    ) -> AppPassword {
        AppPassword {
            id: AppPasswordId::generate(&*self.parts.clock, self.random()),
            account: account.id,
            name: new.name,
            note: new.note,
            profile: new.profile,
            scope: new.scope,
            networks: new.networks,
            expires_at: new.expires_at,
            idle_expiry: new.idle_expiry,
            sender: new.sender,
            grant: new.grant,
            limits: new.limits,
            state: StoredState::Active,
            created: Created { at: now, by: by.actor().to_string(), from: new.from },
            last_use: None,
            use_count: 0,
            overlap_until: None,
            renewed_at: None,
        }
    }
}

impl CreateAppPassword {
    /// Checks the grant, and names the mailboxes of the grant by their primary addresses.
    async fn fit_for(
        mut self,
        account: &Account,
        state: &mut (dyn Snapshot + '_),
    ) -> Result<Self, AppPasswordError> {
        if let Some(grant) = self.grant.take() {
            if account.kind != AccountKind::ServiceAccount {
                return Err(AppPasswordError::NotAServiceAccount);
            }
            self.grant = Some(by_primary_address(grant, state).await?);
        }
        Ok(self)
    }
}

/// The account, when whoever asks may create an app password for it.
fn may_create(
    asker: &Asker,
    account: Option<Account>,
    settings: &Settings,
    on_behalf: bool,
    now: Timestamp,
) -> Result<Account, AppPasswordError> {
    // Who may not know the account must not learn whether there is one.
    let unknown = if asker.may(Permission::ReadAccounts) {
        AppPasswordError::NoSuchAccount
    } else {
        AppPasswordError::NotAllowed
    };
    let account = account.ok_or(unknown)?;
    // Who asked earlier is not there any more to be shown a secret.
    if matches!(asker, Asker::Earlier(_)) {
        return Err(AppPasswordError::NotAllowed);
    }
    let own = asker.is(account.id);
    if own && !settings.users_may_create_app_passwords {
        return Err(AppPasswordError::SwitchedOff);
    }
    let for_another = account.kind == AccountKind::ServiceAccount || on_behalf;
    let administers = for_another && asker.may_for(Permission::ManageAppPasswords, &account);
    if !(own || administers || asker.is_operator()) {
        return Err(AppPasswordError::NotAllowed);
    }
    if !asker.stepped_up(now) {
        return Err(AppPasswordError::StepUpNeeded);
    }
    if account.status != AccountStatus::Active {
        return Err(AppPasswordError::AccountBlocked);
    }
    Ok(account)
}

fn created_notice(by: By<'_>, app_password: &AppPassword) -> AppPasswordTidings {
    AppPasswordTidings::Created {
        its: app_password.into(),
        scope: app_password.scope,
        networks: app_password.networks.clone(),
        done: by.into(),
    }
}

fn created_record(app_password: &AppPassword) -> Record {
    record_of(Operation::CreateAppPassword, app_password)
        .detail("profile", app_password.profile.name())
        .detail("scope", app_password.scope)
        .detail("networks", &app_password.networks)
        .detail_if("may act for", app_password.grant.as_ref().map(ImpersonationGrant::in_full))
        .detail_if("limits", Some(app_password.limits).filter(|limits| *limits != Limits::default()))
        .detail_if("expires at", app_password.expires_at)
        .detail_if("idle expiry in hours", app_password.idle_expiry.map(|span| span.as_secs() / 3600))
        .detail_if("from", app_password.created.from)
}
