//! Wiring: the configuration becomes a running server. The only place that sees every crate.

mod alone;
mod certificate;
mod doors;
mod host_name;
pub mod logging;
mod messenger;
mod open;
mod portal;
mod server;
mod upstreams;

pub use certificate::{CertificateError, CertificatePaths, expiry_of, paths};
pub use doors::doors;
pub use host_name::host_name;
pub use messenger::messenger;
pub use open::{Absent, OpenError, location, open_service};
pub use server::{Ready, ReadyListener, Reloaded, ServeError, Server};
pub use upstreams::{UpstreamFileProblem, upstreams};
