//! The table of the admin pages, appended to the portal's.

use axum::routing::get;
use postern_domain::account::Permission;

use super::{overview, paths};
use crate::portal::routes::{Access, Page};

/// Every admin page.
pub(crate) fn pages() -> Vec<Page> {
    use Access::May;
    const READ: &[&str] = &["GET"];
    let page = |path, access, methods, handlers| Page { path, access, methods, handlers };
    vec![page(paths::OVERVIEW, May(Permission::ReadAccounts), READ, get(overview::show))]
}
