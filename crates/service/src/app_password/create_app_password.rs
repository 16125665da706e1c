//! Create an app password.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::app_password::{
    AppPassword, AppPasswordName, AppPasswordSecret, Profile, SenderRestriction,
};
use postern_domain::door::DoorSet;
use postern_domain::network::Networks;

use super::AppPasswordError;
use crate::{By, Service};

/// An app password to be created.
#[derive(Clone, Debug)]
pub struct CreateAppPassword {
    /// Whose it is to be.
    pub account: AccountName,
    /// Its name.
    pub name: AppPasswordName,
    /// Form of its secret.
    pub profile: Profile,
    /// The doors for which it is good.
    pub scope: DoorSet,
    /// The networks from which it is good.
    pub networks: Networks,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
    /// Unused for this long, it ends; none: never.
    pub idle_expiry: Option<Duration>,
    /// Which sender addresses it may use.
    pub sender: SenderRestriction,
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
    /// Creates an app password. By its owner: the setting must allow it and the second factor must be fresh.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn create_app_password(
        &self,
        _by: By<'_>,
        _new: CreateAppPassword,
    ) -> Result<CreatedAppPassword, AppPasswordError> {
        todo!()
    }
}
