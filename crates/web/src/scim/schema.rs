//! What the resources are: the attributes that are kept, those that are taken and dropped, and how both are compared.

use postern_protocols::scim::AttributePath;

/// The schema of users.
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Attributes of the core schema of users that mean nothing here (RFC 7643 4.1). A client may send them, and they are
/// dropped: among them `password`, which would let the client in as anybody, and `roles`.
const DROPPED: &[&str] = &[
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "password",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
];

/// Whether a path is in another schema than that of its resource: an extension, of which nothing is kept.
pub(super) fn is_of_extension(path: &AttributePath, own: &str) -> bool {
    path.schema.as_deref().is_some_and(|schema| !schema.eq_ignore_ascii_case(own))
}

/// Whether a name is that of an extension's object in a resource.
pub(super) fn is_extension(name: &str) -> bool {
    name.get(..4).is_some_and(|urn| urn.eq_ignore_ascii_case("urn:"))
}

/// Whether an attribute of a user is taken and dropped.
pub(super) fn is_dropped(name: &str) -> bool {
    DROPPED.iter().any(|dropped| dropped.eq_ignore_ascii_case(name))
}

/// Whether case counts when an attribute is compared: in what the client or we made up, not in what people write.
pub(super) fn case_counts(path: &AttributePath) -> bool {
    path.is("id") || path.is("externalId") || path.is("members") || path.is("groups") || path.is("meta")
}
