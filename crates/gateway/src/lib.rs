//! The network doors: listeners, TLS, one driver that runs the protocol cores, upstream sign-in, relay, and the
//! registry of live sessions.
//!
//! The way of a connection, top-down: `listener` accepts it, counts it and reads the PROXY header; `visit` runs the
//! protocol's core until the client has signed in, asks the service about credentials, and opens the `upstream` once they
//! are accepted (never before); then `smtp` runs its relay core, and `mailbox` (IMAP, POP3, ManageSieve) relays blindly.
//! `http` does all of that for each request, on hyper. `sessions` knows every signed-in session and ends it when the rules
//! say so.
//!
//! What is absent: no credential is compared here, no mail is stored, and nothing reads the environment or a file.

mod config;
mod gateway;
mod http;
mod io;
mod listener;
mod mailbox;
pub mod messenger;
mod sessions;
mod smtp;
mod start_error;
pub mod tls;
mod token_endpoint;
mod upstream;
mod visit;

pub use config::{
    Accounts, GatewayConfig, HttpConfig, HttpRoute, Limits, ListenerConfig, ListenerKind, ListenerTls,
    OAuthMechanism, ProxyProtocol, Trust, Upstream, UpstreamSignIn, UpstreamTls,
};
pub use gateway::Gateway;
/// The secret of fixed credentials at an upstream; the server knows the protocols only through this crate.
pub use postern_protocols::Secret;
pub use sessions::LiveSessionInfo;
pub use start_error::{StartError, StartProblem};
pub use token_endpoint::HttpTokenEndpoint;
pub use upstream::{UpstreamProblem, check_upstream};
