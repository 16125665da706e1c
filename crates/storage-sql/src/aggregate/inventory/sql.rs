//! A statement that is put together from parts, with its parameters.

use postern_storage::Result;

use crate::convert::Columns;
use crate::driver::Value;
use crate::session::Session;

/// A statement that grows. What a person typed is always a parameter, never text.
pub(super) struct Sql<'v> {
    text: String,
    parameters: Vec<Value<'v>>,
}

impl<'v> Sql<'v> {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), parameters: Vec::new() }
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a parameter and its place.
    pub(super) fn value(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        self.parameters.push(value.into());
        let place = format!("${}", self.parameters.len());
        self.text(&place)
    }

    pub(super) async fn rows<T: Send>(
        &self,
        session: &mut Session,
        read: impl Fn(&mut Columns<'_>) -> Result<T> + Send + Sync,
    ) -> Result<Vec<T>> {
        session.rows(&self.text, &self.parameters, read).await
    }

    pub(super) async fn number(&self, session: &mut Session) -> Result<u64> {
        session.number(&self.text, &self.parameters).await
    }
}
