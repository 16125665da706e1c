//! Ports for servers that cannot be given a listening socket.

/// A port that is free now. Another program could take it before the server does; then the server's start fails and
/// says so.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
    listener.local_addr().expect("a bound socket").port()
}
