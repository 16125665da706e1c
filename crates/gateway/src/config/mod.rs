//! What a gateway is configured with. `server/config` fills these types; nothing here reads a file.

mod limits;
mod listener;
mod upstream;

pub use limits::Limits;
pub use listener::{ListenerConfig, ListenerTls, ProxyProtocol};
pub use upstream::{Accounts, Trust, Upstream, UpstreamSignIn, UpstreamTls};

/// Everything for one gateway.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Our name in greetings, in EHLO to upstreams and in replies: a domain or an address literal, printable ASCII
    /// without spaces.
    pub host_name: String,
    /// Where programs connect. At least one.
    pub listeners: Vec<ListenerConfig>,
    /// The real services. The first one whose [`Accounts`] name an account's domain is its upstream, or else the first
    /// for [`Accounts::All`]; an account without one is told of a temporary failure, and the operator by the log.
    pub upstreams: Vec<Upstream>,
    /// Named limits.
    pub limits: Limits,
}
