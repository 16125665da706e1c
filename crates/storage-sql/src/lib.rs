//! The storage traits on SQLite and PostgreSQL.
//!
//! One file for each aggregate holds its SQL, written once in the dialect that both databases share; `driver` is the
//! thin layer over each database and the only place where they differ. What the two promise alike is what the contract
//! suite of `postern-storage` tests, which both pass.

mod aggregate;
mod batch;
mod candidates;
mod constraint;
mod convert;
mod driver;
mod feed;
mod location;
mod migrations;
#[cfg(test)]
mod plans;
mod session;
mod store;

pub use location::{Location, UnknownScheme};

use std::sync::Arc;

use postern_storage::{Result, Store};

use crate::driver::Driver;
use crate::driver::postgres::Postgres;
use crate::driver::sqlite::Sqlite;

/// Opens a database and brings its schema up to this version's. Several processes may open one database at once.
/// To be called inside a Tokio runtime, in which the change feed then runs until the store is dropped.
///
/// # Errors
/// [`postern_storage::StorageError::NewerSchema`] and [`postern_storage::StorageError::ForeignSchema`] when another
/// version made the database: it is left as it is. [`postern_storage::StorageError::Unavailable`] when it cannot be
/// reached, [`postern_storage::StorageError::Unwritable`] when the file cannot be made.
pub async fn open(location: &Location) -> Result<Arc<dyn Store>> {
    Ok(Arc::new(store::SqlStore::open(reach(location).await?).await?))
}

/// Opens a database that is there, as [`open`] does; makes none.
///
/// # Errors
/// As [`open`], and [`postern_storage::StorageError::NoData`] when there is nothing of ours.
pub async fn open_existing(location: &Location) -> Result<Arc<dyn Store>> {
    if let Location::Sqlite(file) = location
        && matches!(file.try_exists(), Ok(false))
    {
        return Err(postern_storage::StorageError::NoData);
    }
    let driver = reach(location).await?;
    migrations::require(&*driver).await?;
    Ok(Arc::new(store::SqlStore::open(driver).await?))
}

async fn reach(location: &Location) -> Result<Arc<dyn Driver>> {
    Ok(match location {
        Location::Sqlite(file) => Arc::new(Sqlite::open(file).await?),
        Location::SqliteInMemory => Arc::new(Sqlite::open_temporary().await?),
        Location::Postgres(url) => Arc::new(Postgres::open(url).await?),
    })
}
