//! The HTTP doors over real sockets: the real service on SQLite, an upstream that says what it is told to, and clients
//! that send what they like.

mod absolute;
mod activesync;
mod answers;
mod autodiscover;
mod challenge;
mod client;
mod ews;
mod framing;
mod harness;
mod http2;
mod identity;
mod paths;
mod pool;
mod proxy_protocol;
mod sessions;
mod start;
mod streaming;
mod tokens;
mod upstream;
