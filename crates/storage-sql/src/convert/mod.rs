//! Between the values that a database keeps and the types of the domain. Database formats are made and read here only.

mod address;
mod code;
mod conditions;
mod domain;
mod email;
mod grant;
mod list;

pub(crate) use address::{AddressBytes, network_bytes};
pub(crate) use conditions::Conditions;
pub(crate) use email::{email_lines, read_emails};
pub(crate) use grant::grant_text;
pub(crate) use list::{join_lines, split_lines};

use postern_storage::{Result, StorageError};

use crate::driver::{Row, Value};

/// A type that can be read from a column.
pub(crate) trait Column<'r>: Sized {
    /// Reads it; none when the value has no meaning as this type.
    fn read(value: Value<'r>) -> Option<Self>;
}

/// Reads the columns of a row from left to right.
pub(crate) struct Columns<'r> {
    row: &'r dyn Row,
    next: usize,
}

impl<'r> Columns<'r> {
    /// From the first column on.
    pub(crate) fn of(row: &'r dyn Row) -> Self {
        Self { row, next: 0 }
    }

    /// The next column; `what` names it as `table.column`.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] when its value has no meaning as a `T`.
    pub(crate) fn next<T: Column<'r>>(&mut self, what: &'static str) -> Result<T> {
        let value = self.row.value(self.next)?;
        self.next += 1;
        T::read(value).ok_or(StorageError::Corrupt { what })
    }
}

/// `parameters![a, b]`: what stands for `$1`, `$2`, …
macro_rules! parameters {
    ($($value:expr),* $(,)?) => { [$($crate::driver::Value::from($value)),*] };
}
pub(crate) use parameters;

impl<'r> Column<'r> for i64 {
    fn read(value: Value<'r>) -> Option<Self> {
        if let Value::Int(number) = value { Some(number) } else { None }
    }
}

impl<'r> Column<'r> for u64 {
    fn read(value: Value<'r>) -> Option<Self> {
        i64::read(value)?.try_into().ok()
    }
}

impl<'r> Column<'r> for u32 {
    fn read(value: Value<'r>) -> Option<Self> {
        i64::read(value)?.try_into().ok()
    }
}

impl<'r> Column<'r> for bool {
    fn read(value: Value<'r>) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl<'r> Column<'r> for &'r str {
    fn read(value: Value<'r>) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl<'r> Column<'r> for String {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value).map(str::to_owned)
    }
}

impl<'r> Column<'r> for &'r [u8] {
    fn read(value: Value<'r>) -> Option<Self> {
        if let Value::Blob(bytes) = value { Some(bytes) } else { None }
    }
}

impl<'r, const N: usize> Column<'r> for [u8; N] {
    fn read(value: Value<'r>) -> Option<Self> {
        <&[u8]>::read(value)?.try_into().ok()
    }
}

impl<'r, T: Column<'r>> Column<'r> for Option<T> {
    fn read(value: Value<'r>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(flag.into())
    }
}

/// Counts and places. What is beyond the range of the database stays at its end.
impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
