//! The portal in a real browser, over its real listener.

mod accounts;
mod every_page;
mod long_names;
mod mailbox;
mod outside;
mod passkeys;
mod pictures;
mod policy;
mod portal;
mod site;
mod without_javascript;
