//! The inventory of app passwords. Each list is led by one index, and what else is asked for is looked at row by row, of
//! [`MOST_LOOKED_AT`] rows at most.

mod ending;
mod lead;
mod other;
mod scopes;
mod sql;

use async_trait::async_trait;
use postern_domain::account::GroupName;
use postern_storage::{
    InventoryCriteria, InventoryCursor, InventoryFilter, InventoryFlag, InventoryPage, InventoryRead,
    InventoryRow, MOST_COUNTED, MOST_LOOKED_AT, Result, StorageError,
};

use self::lead::Lead;
use super::accounts::read_status;
use super::app_passwords::{app_password_columns, read_app_password};
use super::tallies::{read_tried, tried_columns};
use crate::convert::{Columns, split_lines};
use crate::driver::Value;
use crate::session::Session;

#[async_trait]
impl InventoryRead for Session {
    async fn inventory(
        &mut self,
        filter: &InventoryFilter,
        criteria: &InventoryCriteria,
    ) -> Result<InventoryPage> {
        if let Some(page) = scopes::page(self, filter, criteria).await? {
            return Ok(page);
        }
        let (mut found, end) = match ending::keys(self, filter, criteria).await? {
            Some(found) => found,
            None => {
                let lead = Lead::of(filter, criteria);
                let end = match &filter.after {
                    _ if !lead.has_rest() => None,
                    after => lead.nth(self, after.as_ref(), MOST_LOOKED_AT).await?,
                };
                (lead.keys(self, filter.after.as_ref(), end.as_ref(), filter.limit).await?, end)
            }
        };
        let is_full = found.len() > filter.limit as usize;
        found.truncate(filter.limit as usize);
        let next = if is_full { found.last().cloned() } else { end };
        let mut rows = rows_of(self, &found).await?;
        let order = |row: &InventoryRow| found.iter().position(|cursor| cursor.id == row.app_password.id);
        rows.sort_by_key(order);
        if filter.flag == Some(InventoryFlag::TooWide) {
            rows.retain(|row| scopes::is_too_wide(row, criteria));
        }
        Ok(InventoryPage { rows, next })
    }

    async fn inventory_count(
        &mut self,
        flag: Option<InventoryFlag>,
        criteria: &InventoryCriteria,
    ) -> Result<u64> {
        match flag {
            Some(InventoryFlag::TooWide) => return scopes::count(self, criteria).await,
            Some(InventoryFlag::ExpiringSoon) => return ending::count(self, criteria).await,
            _ => {}
        }
        let filter = InventoryFilter { flag, ..InventoryFilter::default() };
        Lead::of(&filter, criteria).count(self, MOST_COUNTED + 1).await
    }
}

/// The app passwords of a page, in any order.
async fn rows_of(session: &mut Session, found: &[InventoryCursor]) -> Result<Vec<InventoryRow>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    const SELECT: &str = concat!(
        "select ",
        app_password_columns!(),
        ", a.name, a.kind, a.status, a.status_at, a.status_by, a.group_names, coalesce(t.tries, 0), ",
        tried_columns!(),
        " from app_password p join account a on a.id = p.account_id \
         left join tried_after_end t on t.app_password_id = p.id where p.id in ("
    );
    let places: Vec<String> = (1..=found.len()).map(|number| format!("${number}")).collect();
    let sql = format!("{SELECT}{})", places.join(", "));
    let parameters: Vec<Value<'_>> = found.iter().map(|cursor| Value::from(&cursor.id)).collect();
    session.rows(&sql, &parameters, read_row).await
}

fn read_row(columns: &mut Columns<'_>) -> Result<InventoryRow> {
    Ok(InventoryRow {
        app_password: read_app_password(columns)?,
        owner: columns.next("account.name")?,
        kind: columns.next("account.kind")?,
        status: read_status(columns)?,
        groups: split_lines(columns.next("account.group_names")?)
            .map(str::parse::<GroupName>)
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| StorageError::Corrupt { what: "account.group_names" })?,
        tried: if columns.next::<i64>("tried_after_end")? == 0 { None } else { Some(read_tried(columns)?) },
    })
}
