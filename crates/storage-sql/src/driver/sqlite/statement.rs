//! Running a statement on a connection.

use postern_storage::{Result, StorageError};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::super::{Row, Sink, Value};
use super::error;

/// Runs a statement that answers rows.
pub(super) fn query(
    connection: &Connection,
    sql: &str,
    parameters: &[Value<'_>],
    sink: Sink<'_>,
) -> Result<()> {
    let mut statement = prepare(connection, sql, parameters)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(error::of)? {
        sink(row)?;
    }
    Ok(())
}

/// Runs a statement that answers none; gives the number of rows it touched.
pub(super) fn execute(connection: &Connection, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
    let touched = prepare(connection, sql, parameters)?.raw_execute().map_err(error::of)?;
    Ok(touched as u64)
}

/// SQLite numbers `$3` by its first appearance in the text, PostgreSQL by the figure: the figure is meant.
fn prepare<'c>(
    connection: &'c Connection,
    sql: &str,
    parameters: &[Value<'_>],
) -> Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql).map_err(error::of)?;
    for place in 1..=statement.parameter_count() {
        let number = statement.parameter_name(place).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let parameter = number.and_then(|number| parameters.get(number.checked_sub(1)?));
        let parameter = parameter.ok_or_else(|| {
            StorageError::Refused(Box::new(rusqlite::Error::InvalidParameterCount(place, parameters.len())))
        })?;
        statement.raw_bind_parameter(place, parameter).map_err(error::of)?;
    }
    Ok(statement)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Row for rusqlite::Row<'_> {
    fn value(&self, column: usize) -> Result<Value<'_>> {
        Ok(match self.get_ref(column).map_err(error::of)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Text(bytes) => Value::Text(
                std::str::from_utf8(bytes).map_err(|reason| StorageError::Refused(Box::new(reason)))?,
            ),
            ValueRef::Blob(bytes) => Value::Blob(bytes),
            ValueRef::Real(_) => return Err(StorageError::Corrupt { what: "a number with a fraction" }),
        })
    }
}
