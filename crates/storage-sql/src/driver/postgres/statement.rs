//! Running a statement on a connection.

use std::error::Error;

use deadpool_postgres::Object;
use postern_storage::{Result, StorageError};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::super::{Row, Value};
use super::error;

/// Runs a statement that answers rows.
pub(super) async fn query(
    client: &Object,
    sql: &str,
    parameters: &[Value<'_>],
) -> Result<Vec<tokio_postgres::Row>> {
    let statement = client.prepare_cached(sql).await.map_err(error::of)?;
    client.query(&statement, &borrowed(parameters)).await.map_err(error::of)
}

/// Runs a statement that answers none.
pub(super) async fn execute(client: &Object, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
    let statement = client.prepare_cached(sql).await.map_err(error::of)?;
    client.execute(&statement, &borrowed(parameters)).await.map_err(error::of)
}

fn borrowed<'a>(parameters: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        buffer: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql_checked(kind, buffer),
            Self::Text(text) => text.to_sql_checked(kind, buffer),
            Self::Blob(bytes) => bytes.to_sql_checked(kind, buffer),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

impl Row for tokio_postgres::Row {
    fn value(&self, column: usize) -> Result<Value<'_>> {
        let kind = self.columns().get(column).map(tokio_postgres::Column::type_);
        let value = match kind {
            Some(&Type::INT8) => self.try_get::<_, Option<i64>>(column).map_err(error::of)?.map(Value::Int),
            Some(&Type::TEXT) => self.try_get::<_, Option<&str>>(column).map_err(error::of)?.map(Value::Text),
            Some(&Type::BYTEA) => {
                self.try_get::<_, Option<&[u8]>>(column).map_err(error::of)?.map(Value::Blob)
            }
            _ => return Err(StorageError::Corrupt { what: "a column of another type" }),
        };
        Ok(value.unwrap_or(Value::Null))
    }
}
