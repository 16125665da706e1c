//! The admin area: one file for each page. What a page needs of its reader's role stands in its row of [`routes`], and
//! the layer that asks for it is made from that row.

mod accounts;
mod allowed;
pub(crate) mod audit;
pub(crate) mod csv;
mod delivery;
mod form;
pub(crate) mod inventory;
pub(crate) mod mfa;
mod overview;
pub(crate) mod paths;
mod report;
pub(crate) mod routes;
mod sections;
pub(crate) mod settings;
mod sign_ins;
mod tokens;

pub(crate) use allowed::allowed;

use crate::page::Chrome;
use crate::portal::Portal;
use crate::session::Inside;
use sections::SectionLink;

/// What every admin page has around its content. Its template extends `admin/frame.html` and has it as `frame`.
pub(crate) struct AdminFrame {
    /// The sections that the reader's role opens, with the one that this page belongs to.
    pub(crate) sections: Vec<SectionLink>,
}

impl AdminFrame {
    /// What stands on the folded menu of a small screen: the section that this page belongs to.
    pub(crate) fn here(&self) -> &'static str {
        self.sections.iter().find(|section| section.current).map_or("Sections", |section| section.words)
    }
}

/// The chrome and the frame of a page that belongs to the section at `path`.
pub(crate) fn around(portal: &Portal, inside: &Inside, path: &'static str) -> (Chrome, AdminFrame) {
    let chrome = Chrome { at_admin: true, ..Chrome::inside(portal, inside) };
    (chrome, AdminFrame { sections: sections::for_role(inside.account().role, path) })
}
