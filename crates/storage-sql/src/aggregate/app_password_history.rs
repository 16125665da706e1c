//! What app passwords were used for, added up by day and by source.

use async_trait::async_trait;
use postern_domain::id::AppPasswordId;
use postern_storage::{
    AppPasswordDay, AppPasswordHistoryRead, AppPasswordHistoryWrite, AppPasswordSource, MOST_SOURCES, Result,
};

use crate::convert::{AddressBytes, Columns, parameters};
use crate::session::Session;

fn read_day(columns: &mut Columns<'_>) -> Result<AppPasswordDay> {
    Ok(AppPasswordDay {
        app_password: columns.next("app_password_day.app_password_id")?,
        day: columns.next("app_password_day.day")?,
        accepted: columns.next("app_password_day.accepted")?,
        refused: columns.next("app_password_day.refused")?,
    })
}

fn read_source(columns: &mut Columns<'_>) -> Result<AppPasswordSource> {
    Ok(AppPasswordSource {
        app_password: columns.next("app_password_source.app_password_id")?,
        door: columns.next("app_password_source.door")?,
        address: columns.next("app_password_source.address")?,
        client: Some(columns.next::<String>("app_password_source.client")?).filter(|name| !name.is_empty()),
        first_at: columns.next("app_password_source.first_at")?,
        last_at: columns.next("app_password_source.last_at")?,
        count: columns.next("app_password_source.use_count")?,
    })
}

#[async_trait]
impl AppPasswordHistoryRead for Session {
    async fn app_password_days(&mut self, id: AppPasswordId, since: i64) -> Result<Vec<AppPasswordDay>> {
        self.rows(
            "select app_password_id, day, accepted, refused from app_password_day \
             where app_password_id = $1 and day >= $2 order by day",
            &parameters![&id, since],
            read_day,
        )
        .await
    }

    async fn app_password_sources(&mut self, id: AppPasswordId) -> Result<Vec<AppPasswordSource>> {
        self.rows(
            "select app_password_id, door, address, client, first_at, last_at, use_count \
             from app_password_source where app_password_id = $1 order by last_at desc, address, client limit $2",
            &parameters![&id, MOST_SOURCES],
            read_source,
        )
        .await
    }
}

#[async_trait]
impl AppPasswordHistoryWrite for Session {
    async fn add_app_password_days(&mut self, days: &[AppPasswordDay]) -> Result<()> {
        for day in days {
            self.execute(
                "insert into app_password_day (app_password_id, day, accepted, refused) values ($1, $2, $3, $4) \
                 on conflict (app_password_id, day) do update set \
                 accepted = app_password_day.accepted + excluded.accepted, \
                 refused = app_password_day.refused + excluded.refused",
                &parameters![&day.app_password, day.day, day.accepted, day.refused],
            )
            .await?;
        }
        Ok(())
    }

    async fn add_app_password_sources(&mut self, sources: &[AppPasswordSource]) -> Result<()> {
        for source in sources {
            // Nearly always it is known; only a new one can be one too many.
            if !add_to_known(self, source).await? {
                insert(self, source).await?;
                forget_oldest(self, source.app_password).await?;
            }
        }
        Ok(())
    }
}

/// A client without a name has an empty one: nothing may be missing in a primary key.
fn client(source: &AppPasswordSource) -> &str {
    source.client.as_deref().unwrap_or_default()
}

async fn add_to_known(session: &mut Session, source: &AppPasswordSource) -> Result<bool> {
    let address = AddressBytes::from(source.address);
    let known = session
        .execute(
            "update app_password_source set use_count = use_count + $5, \
             first_at = case when first_at < $6 then first_at else $6 end, \
             last_at = case when last_at > $7 then last_at else $7 end \
             where app_password_id = $1 and door = $2 and address = $3 and client = $4",
            &parameters![
                &source.app_password,
                source.door,
                &address,
                client(source),
                source.count,
                source.first_at,
                source.last_at
            ],
        )
        .await?;
    Ok(known > 0)
}

async fn insert(session: &mut Session, source: &AppPasswordSource) -> Result<()> {
    let address = AddressBytes::from(source.address);
    session
        .execute(
            "insert into app_password_source (app_password_id, door, address, client, first_at, last_at, use_count) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            &parameters![
                &source.app_password,
                source.door,
                &address,
                client(source),
                source.first_at,
                source.last_at,
                source.count
            ],
        )
        .await?;
    Ok(())
}

/// Keeps the latest [`MOST_SOURCES`] of an app password. Those of the same moment as the last one that is kept stay.
async fn forget_oldest(session: &mut Session, id: AppPasswordId) -> Result<()> {
    session
        .execute(
            "delete from app_password_source where app_password_id = $1 and last_at < \
             (select last_at from app_password_source where app_password_id = $1 \
              order by last_at desc limit 1 offset $2)",
            &parameters![&id, MOST_SOURCES - 1],
        )
        .await?;
    Ok(())
}
