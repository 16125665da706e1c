//! What the reader of SOAP headers takes, refuses and rewrites, with the whole request in view.

mod attacks;
mod forced;
mod requests;
mod runner;
