//! The addresses of the admin pages. All begin with `/admin`.

pub(crate) const OVERVIEW: &str = "/admin";
