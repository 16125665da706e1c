//! How far records were shipped to each destination outside.

use async_trait::async_trait;
use postern_domain::Timestamp;

use crate::{LeaseHolder, Result};

/// How far a destination has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShippingRecord {
    /// Its name: what is shipped, and to where.
    pub destination: String,
    /// The place of the last record that arrived.
    pub position: u64,
    /// When something last arrived.
    pub shipped_at: Option<Timestamp>,
    /// What the last attempt met with, and since when no attempt has gone well.
    pub trouble: Option<(Timestamp, String)>,
}

/// Reading it.
#[async_trait]
pub trait ShippingRead {
    /// How far that destination has come; none when nothing was ever shipped there.
    async fn shipping(&mut self, destination: &str) -> Result<Option<ShippingRecord>>;
}

/// Writing it.
#[async_trait]
pub trait ShippingWrite: ShippingRead {
    /// Takes the right to ship to a destination until `until`, and gives the place of the last record that arrived there;
    /// `start` for a new destination. None while another has the right. Who has it already keeps it.
    async fn take_shipping_lease(
        &mut self,
        destination: &str,
        holder: LeaseHolder,
        start: u64,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<u64>>;

    /// Says that everything up to `position` has arrived, and, where an attempt failed, what it met with. False when
    /// another has the right by now.
    async fn put_shipping(
        &mut self,
        destination: &str,
        holder: LeaseHolder,
        position: u64,
        now: Timestamp,
        problem: Option<&str>,
    ) -> Result<bool>;

    /// Gives the right back, if `holder` still has it.
    async fn end_shipping_lease(&mut self, destination: &str, holder: LeaseHolder) -> Result<()>;
}
