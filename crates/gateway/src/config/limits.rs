//! Every limit of the gateway, with the reason for the number.

use std::time::Duration;

/// Named limits. [`Limits::default`] gives what is said at each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest message, in octets: 150 MiB, what Exchange Online takes at most; the upstream's own limit holds too.
    pub message_size: u64,
    /// Connections that are open at once, signed in or not: 16,384, about half a gigabyte with TLS. Each signed-in one
    /// has a second socket to the upstream, so the process needs twice as many file descriptors.
    pub connections: usize,
    /// Connections of one network that have not signed in yet: 64. A network is an IPv4 address or an IPv6 /64. Enough
    /// for an office behind one address, too few to hold the others' places.
    pub unsigned_per_network: usize,
    /// Connections of all networks that have not signed in yet: 4,096.
    pub unsigned: usize,
    /// Time from the connection to the sign-in: 60 s, not counting what verifier and upstream need.
    pub sign_in: Duration,
    /// Time for the PROXY header: 5 s (the specification asks for at least 3).
    pub proxy_header: Duration,
    /// Silence of a signed-in client: 5 min (RFC 5321 §4.5.3.2.7).
    pub client_silence: Duration,
    /// Silence of both ends of a session with a mailbox (IMAP, POP3, ManageSieve): 35 min. RFC 9051 §5.4 asks for at
    /// least 30, and programs renew IDLE every 29 (RFC 2177 §3).
    pub mailbox_silence: Duration,
    /// Silence of an upstream that owes an answer: 10 min (RFC 5321 §4.5.3.2.6, the final dot).
    pub upstream_silence: Duration,
    /// Time for a peer to take what is written to it: 3 min (RFC 5321 §4.5.3.2.5).
    pub write: Duration,
    /// Time for the TCP connection to one address of an upstream: 10 s.
    pub upstream_connect: Duration,
    /// Time for everything from the upstream's name to its readiness: 30 s. Programs wait at least a minute for the
    /// reply to AUTH.
    pub upstream_ready: Duration,
    /// Time for the head of an HTTP request from its first octet: 15 s.
    pub http_head: Duration,
    /// How long an HTTP connection may stay without requests: 2 min, as long as IIS waits.
    pub http_idle: Duration,
    /// Silence of a program in the middle of an HTTP request: 2 min.
    pub http_request_silence: Duration,
    /// Silence of an upstream that owes an HTTP answer, or the rest of one: 65 min. A Ping of ActiveSync takes up to 59
    /// (MS-ASCMD §2.2.3.84), and EWS streams events for 30.
    pub http_answer_silence: Duration,
    /// How often an upstream is asked for its capabilities: 1 h.
    pub probe_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_size: 150 * 1024 * 1024,
            connections: 16_384,
            unsigned_per_network: 64,
            unsigned: 4_096,
            sign_in: Duration::from_secs(60),
            proxy_header: Duration::from_secs(5),
            client_silence: Duration::from_secs(5 * 60),
            mailbox_silence: Duration::from_secs(35 * 60),
            upstream_silence: Duration::from_secs(10 * 60),
            write: Duration::from_secs(3 * 60),
            upstream_connect: Duration::from_secs(10),
            upstream_ready: Duration::from_secs(30),
            http_head: Duration::from_secs(15),
            http_idle: Duration::from_secs(2 * 60),
            http_request_silence: Duration::from_secs(2 * 60),
            http_answer_silence: Duration::from_secs(65 * 60),
            probe_interval: Duration::from_secs(60 * 60),
        }
    }
}
