//! What an address of the inventory asks for.

use postern_domain::door::Door;
use postern_service::inventory::{CredentialKind, InventoryFlag, InventoryQuery};
use url::form_urlencoded;

use crate::portal::sign_in::sentence;

/// What was asked for, as it was typed.
#[derive(Clone, Default)]
pub(crate) struct Asked {
    pub(crate) kind: String,
    pub(crate) flag: String,
    pub(crate) door: String,
    pub(crate) owner: String,
    pub(crate) name: String,
    after: String,
}

impl Asked {
    pub(super) fn read(raw: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            let field = match &*name {
                "kind" => &mut asked.kind,
                "flag" => &mut asked.flag,
                "door" => &mut asked.door,
                "owner" => &mut asked.owner,
                "name" => &mut asked.name,
                "after" => &mut asked.after,
                _ => continue,
            };
            value.trim().clone_into(field);
        }
        asked
    }

    /// The question to the service, or what is wrong with it, as a sentence.
    pub(super) fn query(&self, limit: u32) -> Result<InventoryQuery, String> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut query = InventoryQuery { limit, ..InventoryQuery::default() };
        if let Some(kind) = given(&self.kind) {
            query.kind =
                Some(CredentialKind::from_name(&kind).ok_or("There is no such kind of credential.")?);
        }
        if let Some(flag) = given(&self.flag) {
            query.flag = Some(InventoryFlag::from_name(&flag).ok_or("There is no such list.")?);
        }
        if let Some(door) = given(&self.door) {
            query.door = Some(door.parse::<Door>().map_err(|error| sentence(&error))?);
        }
        if let Some(owner) = given(&self.owner) {
            query.owner = Some(owner.parse().map_err(
                |_| "The owner is no user name: write it as an e-mail address, anna@example.org.",
            )?);
        }
        query.name = given(&self.name);
        if let Some(after) = given(&self.after) {
            query.after = Some(InventoryQuery::place(&after).map_err(|error| sentence(&error))?);
        }
        Ok(query)
    }

    /// The query of an address for the beginning of the same list.
    pub(super) fn text(&self) -> String {
        self.write(&self.flag, "")
    }

    /// With another flag, from the beginning.
    pub(super) fn with_flag(&self, flag: Option<InventoryFlag>) -> String {
        self.write(flag.map_or("", InventoryFlag::name), "")
    }

    /// From that place on.
    pub(super) fn after_place(&self, place: &str) -> String {
        self.write(&self.flag, place)
    }

    fn write(&self, flag: &str, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("kind", self.kind.as_str()),
            ("flag", flag),
            ("door", &self.door),
            ("owner", &self.owner),
            ("name", &self.name),
            ("after", after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_as_it_was_asked() {
        let raw = "kind=app-password&flag=stale&door=imap&owner=a%2Bb%40example.test&name=Scanner+2&after=x";
        let asked = Asked::read(raw);
        assert_eq!(asked.after_place("x"), raw);
        assert_eq!(
            asked.with_flag(None),
            "kind=app-password&door=imap&owner=a%2Bb%40example.test&name=Scanner+2"
        );
        assert!(asked.query(10).is_err(), "x is no place");
        let query = Asked::read("flag=stale&owner=anna%40example.test&door=").query(10).unwrap();
        assert_eq!((query.flag, query.door), (Some(InventoryFlag::Stale), None));
        for wrong in ["kind=key", "flag=old", "door=fax", "owner=anna", "after=.."] {
            assert!(Asked::read(wrong).query(10).is_err(), "{wrong}");
        }
    }
}
