//! What a gateway is configured with. `server/config` fills these types; nothing here reads a file.

mod http;
mod limits;
mod listener;
mod upstream;

pub use http::{HttpConfig, HttpRoute};
pub use limits::Limits;
pub use listener::{ListenerConfig, ListenerKind, ListenerTls, ProxyProtocol};
pub use upstream::{Accounts, OAuthMechanism, Trust, Upstream, UpstreamSignIn, UpstreamTls};

/// Everything for one gateway.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Our name in greetings, in EHLO to upstreams and in replies: a domain or an address literal, printable ASCII
    /// without spaces.
    pub host_name: String,
    /// Where programs connect. At least one.
    pub listeners: Vec<ListenerConfig>,
    /// The real services. Among those for a door the most specific one takes an account: the first whose [`Accounts`]
    /// name the account itself, or else one of its groups, or else its domain, or else the first for
    /// [`Accounts::All`]; an account without one is told of a temporary failure, and the operator by the log.
    pub upstreams: Vec<Upstream>,
    /// Which HTTP requests lead where.
    pub http: HttpConfig,
    /// Named limits.
    pub limits: Limits,
}
