//! What a submission listener is configured with.

use crate::smtp::Capabilities;

/// How the channel is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// The channel is protected before the first octet (port 465, RFC 8314).
    Implicit,
    /// The client has to send STARTTLS (port 587, RFC 3207) before AUTH and before mail.
    StartTls,
}

/// One listener's settings; shared by its sessions.
#[derive(Debug, Clone)]
pub struct Config {
    /// Our name in the greeting and in replies: printable ASCII without spaces.
    pub host_name: String,
    /// How the channel is protected.
    pub tls: Tls,
    /// What we can relay, with our own message size limit (see [`Capabilities::ours`]): after sign-in the client is
    /// offered as much of it as its upstream can do.
    pub ours: Capabilities,
    /// What is advertised before sign-in, when the upstream is not known yet: what holds for every upstream. Programs
    /// seldom ask again after AUTH.
    pub capabilities: Capabilities,
    /// Advertise `AUTH=PLAIN LOGIN` too, for programs that predate RFC 2554's final syntax.
    pub legacy_auth_line: bool,
}
