//! Whether a resource fits a filter.

use std::cmp::Ordering;

use postern_protocols::scim::{AttributePath, Filter, Literal, Operator};
use serde_json::Value;

use super::json::{self, Object, truth};
use super::moment;
use super::schema;

/// Whether a resource of the schema `own` fits.
pub(super) fn fits(filter: &Filter, resource: &Object, own: &str) -> bool {
    match filter {
        Filter::And(filters) => filters.iter().all(|filter| fits(filter, resource, own)),
        Filter::Or(filters) => filters.iter().any(|filter| fits(filter, resource, own)),
        Filter::Not(filter) => !fits(filter, resource, own),
        Filter::Present(path) => values(path, resource, own).iter().any(|value| is_present(value)),
        Filter::Compare { path, operator: Operator::Ne, value } => {
            !compares(path, Operator::Eq, value, resource, own)
        }
        Filter::Compare { path, operator, value } => compares(path, *operator, value, resource, own),
        Filter::Within { path, filter } => values(path, resource, own)
            .into_iter()
            .filter_map(Value::as_object)
            .any(|part| fits_part(filter, part, schema::case_counts(path))),
    }
}

/// Whether one value of a multi-valued attribute fits, its parts compared with regard to case or not.
pub(super) fn fits_part(filter: &Filter, part: &Object, case: bool) -> bool {
    match filter {
        Filter::And(filters) => filters.iter().all(|filter| fits_part(filter, part, case)),
        Filter::Or(filters) => filters.iter().any(|filter| fits_part(filter, part, case)),
        Filter::Not(filter) => !fits_part(filter, part, case),
        Filter::Present(path) => json::get(part, &path.name).is_some_and(is_present),
        Filter::Compare { path, operator, value } => {
            let compare = if moment::is_moment(&path.name) { compare_moments } else { compare };
            let compares =
                |operator| json::get(part, &path.name).is_some_and(|own| compare(own, operator, value, case));
            if *operator == Operator::Ne { !compares(Operator::Eq) } else { compares(*operator) }
        }
        Filter::Within { .. } => false,
    }
}

fn compares(path: &AttributePath, operator: Operator, value: &Literal, resource: &Object, own: &str) -> bool {
    let values = values(path, resource, own);
    if *value == Literal::Null {
        return operator == Operator::Eq && !values.iter().any(|value| is_present(value));
    }
    let case = schema::case_counts(path);
    let compare = if moment::path_is_moment(path) { compare_moments } else { compare };
    values.into_iter().map(main_part).any(|found| compare(found, operator, value, case))
}

/// The values that a path means: of a multi-valued attribute each.
fn values<'v>(path: &AttributePath, resource: &'v Object, own: &str) -> Vec<&'v Value> {
    if schema::is_of_extension(path, own) {
        return Vec::new();
    }
    let all = match json::get(resource, &path.name) {
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    match &path.sub {
        Some(sub) => all
            .into_iter()
            .filter_map(|value| value.as_object().and_then(|parts| json::get(parts, sub)))
            .collect(),
        None => all,
    }
}

/// What a complex value is compared by where no part of it is named.
fn main_part(value: &Value) -> &Value {
    value.as_object().and_then(|parts| json::get(parts, "value")).unwrap_or(value)
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn compare(own: &Value, operator: Operator, other: &Literal, case: bool) -> bool {
    match (own, other) {
        (Value::Bool(own), Literal::Boolean(other)) => operator == Operator::Eq && own == other,
        (Value::Bool(own), Literal::Text(other)) => {
            operator == Operator::Eq && truth(&Value::from(other.as_str())) == Some(*own)
        }
        (Value::Number(own), Literal::Number(other)) => {
            own.as_f64().partial_cmp(&other.as_f64()).is_some_and(|order| orders(operator, order))
        }
        (Value::String(own), Literal::Text(other)) if case => compare_texts(own, operator, other),
        (Value::String(own), Literal::Text(other)) => {
            compare_texts(&own.to_lowercase(), operator, &other.to_lowercase())
        }
        _ => false,
    }
}

/// Two moments are compared by time, whatever zone and fraction they are written with.
fn compare_moments(own: &Value, operator: Operator, other: &Literal, case: bool) -> bool {
    let moments = match (own, other) {
        (Value::String(own), Literal::Text(other)) => moment::read(own).zip(moment::read(other)),
        _ => None,
    };
    match moments {
        Some((own, other)) => orders(operator, own.cmp(&other)),
        None => compare(own, operator, other, case),
    }
}

fn compare_texts(own: &str, operator: Operator, other: &str) -> bool {
    match operator {
        Operator::Co => own.contains(other),
        Operator::Sw => own.starts_with(other),
        Operator::Ew => own.ends_with(other),
        operator => orders(operator, own.cmp(other)),
    }
}

const fn orders(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        Operator::Ne => order.is_ne(),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filters_are_answered_as_rfc_7644_says() {
        let user = json!({
            "id": "2819c223", "externalId": "Anna-7", "userName": "anna@example.test", "active": true,
            "name": {"givenName": "Anna", "familyName": "Berg"}, "displayName": "",
            "emails": [
                {"value": "anna@example.test", "type": "work", "primary": true},
                {"value": "a.berg@home.test", "type": "home"}
            ],
            "meta": {"created": "2026-11-22T14:15:54Z"}, "n": 7
        });
        let user = user.as_object().unwrap();
        let yes = [
            r#"userName eq "ANNA@example.test""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:USERNAME eq "anna@example.test""#,
            r#"externalId eq "Anna-7""#,
            r#"name.familyName sw "be" and name.givenName ew "NA" and userName co "@""#,
            "active eq true",
            r#"active eq "True""#,
            "active ne false",
            "not (active eq false)",
            r#"emails eq "a.berg@home.test""#,
            r#"emails.value eq "a.berg@home.test""#,
            r#"emails[type eq "home" and value co "@home"]"#,
            r#"emails[type eq "work"].value eq "anna@example.test""#,
            r#"emails[primary eq true]"#,
            "name pr and emails pr and not (displayName pr)",
            r#"meta.created gt "2026-01-01T00:00:00Z" and meta.created le "2026-11-22T14:15:54Z""#,
            r#"meta.created eq "2026-11-22T15:15:54.000+01:00""#,
            r#"meta.created lt "2026-11-22T14:15:54.001Z" and meta.created sw "2026-11""#,
            r#"meta[created ge "2026-11-22T15:15:54+01:00" and created ne "2026-11-22T14:15:54.5Z"]"#,
            "n ge 7 and n lt 7.5",
            "title eq null",
            r#"title ne "x""#,
            r#"userName eq "x" or id eq "2819c223""#,
        ];
        let no = [
            r#"externalId eq "anna-7""#,
            r#"emails[type eq "home" and value co "@example"]"#,
            "displayName pr",
            "title pr",
            r#"title eq "x""#,
            "active eq false",
            "active gt true",
            r#"userName eq "anna""#,
            "userName eq 5",
            r#"meta.created gt "2026-11-22T15:15:54+01:00""#,
            r#"meta.created ne "2026-11-22T15:15:54+01:00""#,
            r#"meta.lastModified gt "2026-01-01T00:00:00Z""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName eq "anna@example.test""#,
            "userName eq null",
        ];
        for (filters, expected) in [(yes.as_slice(), true), (no.as_slice(), false)] {
            for filter in filters {
                let read: Filter = filter.parse().unwrap();
                assert_eq!(fits(&read, user, schema::USER), expected, "{filter}");
            }
        }
    }
}
