//! Building the `where` of a list whose filters are given or not.

use crate::driver::Value;

/// A `select` that gains conditions.
pub(crate) struct Conditions<'v> {
    sql: String,
    parameters: Vec<Value<'v>>,
    any: bool,
}

impl<'v> Conditions<'v> {
    /// Begins with `select … from …`.
    pub(crate) fn new(select: &str) -> Self {
        Self { sql: select.to_owned(), parameters: Vec::new(), any: false }
    }

    /// Begins with `select … from … where …`, a condition in it already.
    pub(crate) fn going_on(select: &str) -> Self {
        Self { any: true, ..Self::new(select) }
    }

    /// Adds `comparison` (such as `at >=`) with `value`, when there is one.
    pub(crate) fn add(&mut self, comparison: &'static str, value: Option<impl Into<Value<'v>>>) {
        if let Some(value) = value {
            self.parameters.push(value.into());
            let number = self.parameters.len();
            self.add_plain(&format!("{comparison} ${number}"));
        }
    }

    /// Takes a value and gives the place that stands for it in a condition, such as `$3`.
    pub(crate) fn place(&mut self, value: impl Into<Value<'v>>) -> String {
        self.parameters.push(value.into());
        format!("${}", self.parameters.len())
    }

    /// Adds `comparison` with `value`, when there is one, and what stands after it (such as `escape '!'`).
    pub(crate) fn add_with(
        &mut self,
        comparison: &'static str,
        value: Option<impl Into<Value<'v>>>,
        after: &'static str,
    ) {
        if let Some(value) = value {
            self.parameters.push(value.into());
            let number = self.parameters.len();
            self.add_plain(&format!("{comparison} ${number} {after}"));
        }
    }

    /// Adds a condition without a value.
    pub(crate) fn add_plain(&mut self, condition: &str) {
        self.sql.push_str(if self.any { " and " } else { " where " });
        self.sql.push_str(condition);
        self.any = true;
    }

    /// Ends without an order: all rows, or what is made of all of them.
    pub(crate) fn all(self) -> (String, Vec<Value<'v>>) {
        (self.sql, self.parameters)
    }

    /// Ends with the order and the most rows.
    pub(crate) fn finish(mut self, order: &'static str, limit: u32) -> (String, Vec<Value<'v>>) {
        self.parameters.push(limit.into());
        let number = self.parameters.len();
        self.sql.push_str(&format!(" {order} limit ${number}"));
        (self.sql, self.parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_given_conditions_are_written() {
        let mut conditions = Conditions::new("select id from t");
        conditions.add("at >=", Some(5_i64));
        conditions.add("account_id =", None::<i64>);
        conditions.add_plain("reason is not null");
        let (sql, parameters) = conditions.finish("order by id desc", 10);
        assert_eq!(sql, "select id from t where at >= $1 and reason is not null order by id desc limit $2");
        assert_eq!(parameters.len(), 2);
        assert_eq!(
            Conditions::new("select id from t").finish("order by id", 1).0,
            "select id from t order by id limit $1"
        );
    }
}
