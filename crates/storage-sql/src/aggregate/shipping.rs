//! How far records were shipped.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_storage::{LeaseHolder, Result, ShippingRead, ShippingRecord, ShippingWrite};

use crate::convert::{Columns, parameters};
use crate::session::Session;

fn read_shipping(columns: &mut Columns<'_>) -> Result<ShippingRecord> {
    let destination = columns.next("shipping.destination")?;
    let position = columns.next("shipping.position")?;
    let shipped_at = columns.next("shipping.shipped_at")?;
    let failing_since: Option<Timestamp> = columns.next("shipping.failing_since")?;
    let problem: Option<String> = columns.next("shipping.problem")?;
    Ok(ShippingRecord { destination, position, shipped_at, trouble: failing_since.zip(problem) })
}

#[async_trait]
impl ShippingRead for Session {
    async fn shipping(&mut self, destination: &str) -> Result<Option<ShippingRecord>> {
        let sql = "select destination, position, shipped_at, failing_since, problem from shipping \
                   where destination = $1";
        self.first(sql, &parameters![destination], read_shipping).await
    }
}

#[async_trait]
impl ShippingWrite for Session {
    async fn take_shipping_lease(
        &mut self,
        destination: &str,
        holder: LeaseHolder,
        start: u64,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<u64>> {
        let sql = "insert into shipping (destination, position, holder, lease_until) values ($1, $2, $3, $4) \
                   on conflict (destination) do update \
                   set holder = excluded.holder, lease_until = excluded.lease_until \
                   where shipping.holder is null or shipping.lease_until <= $5 \
                   or shipping.holder = excluded.holder";
        let parameters = parameters![destination, start, holder.0.as_slice(), until, now];
        if self.execute(sql, &parameters).await? == 0 {
            return Ok(None);
        }
        Ok(self.shipping(destination).await?.map(|shipping| shipping.position))
    }

    async fn put_shipping(
        &mut self,
        destination: &str,
        holder: LeaseHolder,
        position: u64,
        now: Timestamp,
        problem: Option<&str>,
    ) -> Result<bool> {
        let moved = "update shipping set position = $3, shipped_at = $4 \
                     where destination = $1 and holder = $2 and position < $3";
        self.execute(moved, &parameters![destination, holder.0.as_slice(), position, now]).await?;
        let noted = match problem {
            None => {
                let sql = "update shipping set failing_since = null, problem = null \
                           where destination = $1 and holder = $2";
                self.execute(sql, &parameters![destination, holder.0.as_slice()]).await?
            }
            Some(problem) => {
                let sql = "update shipping set failing_since = coalesce(failing_since, $3), problem = $4 \
                           where destination = $1 and holder = $2";
                self.execute(sql, &parameters![destination, holder.0.as_slice(), now, problem]).await?
            }
        };
        Ok(noted > 0)
    }

    async fn end_shipping_lease(&mut self, destination: &str, holder: LeaseHolder) -> Result<()> {
        let sql =
            "update shipping set holder = null, lease_until = null where destination = $1 and holder = $2";
        self.execute(sql, &parameters![destination, holder.0.as_slice()]).await?;
        Ok(())
    }
}
