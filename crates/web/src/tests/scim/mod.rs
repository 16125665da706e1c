//! Provisioning as identity providers do it, over the real service.

mod details;
mod entra;
mod groups;
mod okta;
mod provider;
mod users;
mod versions;
