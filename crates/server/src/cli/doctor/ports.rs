//! Whether the ports can be had, or are served already.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::check::Report;
use crate::config::{Config, Protocol};

pub(super) async fn check(report: &mut Report, config: &Config) {
    port(report, "portal", config.portal.listen).await;
    for protocol in Protocol::ALL {
        for listener in config.listeners(protocol) {
            port(report, protocol.name(), listener.listen).await;
        }
    }
}

async fn port(report: &mut Report, what: &str, address: SocketAddr) {
    let check = format!("{what} {address}");
    match TcpListener::bind(address).await {
        Ok(_) => report.good(check, "free: nothing listens there now"),
        // Whether it is Postern cannot be told from outside without signing in somewhere.
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            report.good(check, "a program listens there: Postern, if it is running");
        }
        Err(error) => {
            report.bad(check, error.to_string(), "correct the address, or grant CAP_NET_BIND_SERVICE");
        }
    }
}
