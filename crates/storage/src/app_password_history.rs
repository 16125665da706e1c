//! What app passwords were used for, added up: by day for a picture, and by where they came from.
//!
//! Made of the sign-in events, so that a page about one app password reads some rows and not all its events.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::door::Door;
use postern_domain::id::AppPasswordId;

use crate::Result;

/// The sign-ins of a day with an app password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AppPasswordDay {
    /// Which app password.
    pub app_password: AppPasswordId,
    /// The day, as [`Timestamp::day`] counts it.
    pub day: i64,
    /// Accepted ones.
    pub accepted: u64,
    /// Refused ones.
    pub refused: u64,
}

/// Where an app password was accepted from, and by which client at which door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppPasswordSource {
    /// Which app password.
    pub app_password: AppPasswordId,
    /// The door.
    pub door: Door,
    /// The client's address.
    pub address: IpAddr,
    /// What the client calls itself.
    pub client: Option<String>,
    /// The first time.
    pub first_at: Timestamp,
    /// The latest time.
    pub last_at: Timestamp,
    /// How many times.
    pub count: u64,
}

/// Most sources that are kept of one app password, the latest ones: a program that changes its address or its name each
/// time makes no more rows than these.
pub const MOST_SOURCES: u32 = 64;

/// Reading what app passwords were used for.
#[async_trait]
pub trait AppPasswordHistoryRead {
    /// The days from `since` on (as [`Timestamp::day`] counts them) on which something was tried with it, in order.
    async fn app_password_days(&mut self, id: AppPasswordId, since: i64) -> Result<Vec<AppPasswordDay>>;

    /// Where it was accepted from, the latest first, at most [`MOST_SOURCES`].
    async fn app_password_sources(&mut self, id: AppPasswordId) -> Result<Vec<AppPasswordSource>>;
}

/// Writing what app passwords were used for.
#[async_trait]
pub trait AppPasswordHistoryWrite: AppPasswordHistoryRead {
    /// Adds to the days.
    async fn add_app_password_days(&mut self, days: &[AppPasswordDay]) -> Result<()>;

    /// Adds to the sources; of one app password the latest [`MOST_SOURCES`] are kept.
    async fn add_app_password_sources(&mut self, sources: &[AppPasswordSource]) -> Result<()>;
}
