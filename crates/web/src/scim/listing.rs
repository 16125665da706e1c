//! The query of a list: which part of it, filtered by what (RFC 7644 3.4.2).

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use postern_protocols::scim::{Filter, Literal, Operator};

use super::error::{Kind, ScimError};
use super::moment;
use super::projection::Projection;
use super::{MOST_RESULTS, USUAL_RESULTS};

/// The query of a list, or of a resource, which has of it the attributes only.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) filter: Option<Filter>,
    /// The first resource of the answer, counted from 1.
    pub(super) start: u64,
    /// How many.
    pub(super) count: u64,
    pub(super) projection: Projection,
}

impl Listing {
    fn read(pairs: &[(String, String)]) -> Result<Self, ScimError> {
        let find = |name: &str| {
            let found = pairs.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
        };
        let number = |name: &str| {
            find(name)
                .map(str::parse::<i64>)
                .transpose()
                .map_err(|_| ScimError::value(name, "it is a number"))
        };
        let filter = find("filter").map(str::parse::<Filter>).transpose();
        let filter = filter.map_err(|invalid| {
            ScimError::new(Kind::InvalidFilter, format!("The filter cannot be read: {invalid}."))
        })?;
        if let Some(text) = filter.as_ref().and_then(moment::misread) {
            let detail = format!("The filter's “{text}” is no moment, as 2026-11-22T14:15:54Z is one.");
            return Err(ScimError::new(Kind::InvalidFilter, detail));
        }
        // Less than the least is the least (RFC 7644 3.4.2.4).
        let start = number("startIndex")?.unwrap_or(1).max(1).unsigned_abs();
        let count = number("count")?.map(|count| count.max(0).unsigned_abs());
        Ok(Self {
            filter,
            start,
            count: count.unwrap_or(USUAL_RESULTS).min(MOST_RESULTS),
            projection: Projection::read(find("attributes"), find("excludedAttributes")),
        })
    }

    /// The text that the filter asks an attribute to be equal to, in every case: such a resource is looked up, not looked
    /// for among all.
    pub(super) fn equal_to(&self, name: &str) -> Option<&str> {
        self.filter.as_ref().and_then(|filter| equal_to(filter, name, None))
    }

    /// As [`Self::equal_to`], of a part of the values of an attribute.
    pub(super) fn part_equal_to(&self, name: &str, part: &str) -> Option<&str> {
        self.filter.as_ref().and_then(|filter| equal_to(filter, name, Some(part)))
    }
}

fn equal_to<'f>(filter: &'f Filter, name: &str, part: Option<&str>) -> Option<&'f str> {
    match filter {
        Filter::And(filters) => filters.iter().find_map(|filter| equal_to(filter, name, part)),
        Filter::Compare { path, operator: Operator::Eq, value: Literal::Text(text) } => {
            let is_part = match (part, &path.sub) {
                (None, sub) => sub.is_none(),
                (Some(_), None) => true,
                (Some(part), Some(sub)) => sub.eq_ignore_ascii_case(part),
            };
            (path.is(name) && is_part).then_some(text)
        }
        Filter::Within { path, filter } if path.is(name) => equal_to(filter, part?, None),
        _ => None,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Listing {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ScimError> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let pairs = pairs.map_err(|_| ScimError::new(Kind::InvalidSyntax, "The query cannot be read."))?;
        Self::read(&pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Listing, ScimError> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Listing::read(&pairs)
    }

    #[test]
    fn a_page_has_its_bounds() {
        let page =
            |pairs: &[(&str, &str)]| read(pairs).map(|listing| (listing.start, listing.count)).unwrap();
        assert_eq!(page(&[]), (1, 100));
        assert_eq!(page(&[("startIndex", "0"), ("count", "-5")]), (1, 0));
        assert_eq!(page(&[("startindex", "7"), ("COUNT", "100000")]), (7, 500));
        assert!(read(&[("count", "many")]).is_err() && read(&[("filter", "a is b")]).is_err());
        for filter in [
            "meta.lastModified gt \"yesterday\"",
            "not (a pr) or meta.created eq \"\"",
            "meta[lastModified le \"2026\"]",
        ] {
            let refused = format!("{:?}", read(&[("filter", filter)]).unwrap_err());
            assert!(
                refused.contains("InvalidFilter") && refused.contains("is no moment"),
                "{filter}: {refused}"
            );
        }
        for filter in ["meta.created sw \"2026\"", "meta.lastModified pr", "meta.lastModified eq null"] {
            assert!(read(&[("filter", filter)]).is_ok(), "{filter}");
        }
    }

    #[test]
    fn what_must_be_equal_is_looked_up() {
        let listing = |filter: &str| read(&[("filter", filter)]).unwrap();
        assert_eq!(listing("userName eq \"a\"").equal_to("username"), Some("a"));
        assert_eq!(listing("active eq true and id eq \"7\"").equal_to("id"), Some("7"));
        for filter in [
            "userName eq \"a\" or userName eq \"b\"",
            "not (userName eq \"a\")",
            "userName co \"a\"",
            "name.userName eq \"a\"",
        ] {
            assert_eq!(listing(filter).equal_to("userName"), None, "{filter}");
        }
        for filter in [
            "emails eq \"a\"",
            "emails.value eq \"a\"",
            "emails[type eq \"work\" and value eq \"a\"]",
            "emails[type eq \"work\"].value eq \"a\"",
        ] {
            assert_eq!(listing(filter).part_equal_to("emails", "value"), Some("a"), "{filter}");
        }
    }
}
