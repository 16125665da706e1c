//! Ports for servers that cannot be given a listening socket.

use std::net::TcpListener;
use std::ops::Range;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::sync::Mutex;

/// Below those that the kernel hands out by itself (from 32768 on, `ip_local_port_range` of Linux), so that no socket
/// bound to port 0 and no connection on its way out comes to sit on one.
const PORTS: Range<u16> = 20_000..32_000;

/// The marks of the ports given out by this process, which live as long as it does.
static GIVEN: Mutex<Vec<UnixListener>> = Mutex::new(Vec::new());

/// A port of loopback that is free, and that no other caller is given while this process lives.
///
/// Tests run at once, each in a process of its own, and the server that gets the port binds it only later. So each port
/// given out is marked for all of them, by a name among the abstract Unix sockets: that is shared as widely as the ports
/// are (by network namespace), and the kernel forgets it with the process.
///
/// # Panics
/// When none is left.
pub(crate) fn free_port() -> u16 {
    let mut given = GIVEN.lock().expect("nobody panics while holding it");
    let (port, mark) = PORTS
        .filter_map(|port| Some((port, mark(port)?)))
        .find(|(port, _)| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("of 12,000 ports of loopback one is free");
    given.push(mark);
    port
}

/// Marks a port as given out; nothing when it is already.
fn mark(port: u16) -> Option<UnixListener> {
    let name = SocketAddr::from_abstract_name(format!("postern-test-port-{port}")).expect("a short name");
    UnixListener::bind_addr(&name).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_out_twice_and_none_that_somebody_listens_at() {
        let first = free_port();
        // Whoever comes next is not given a port that another program took without asking.
        let taken: Vec<TcpListener> =
            (first + 1..first + 20).filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).collect();
        let mut given = BTreeSet::from([first]);
        for _ in 0..50 {
            let port = free_port();
            assert!(PORTS.contains(&port));
            assert!(given.insert(port), "{port} was given out twice");
            assert!(
                taken.iter().all(|listener| listener.local_addr().is_ok_and(|at| at.port() != port)),
                "{port}"
            );
        }
    }
}
