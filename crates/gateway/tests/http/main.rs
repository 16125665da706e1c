//! The HTTP doors over real sockets: the real service on SQLite, an upstream that says what it is told to, and clients
//! that send what they like.

mod challenge;
mod client;
mod harness;
mod upstream;
