//! Whether the certificate is there and good for a while.

use std::fs;
use std::time::Duration;

use postern_domain::Timestamp;

use super::check::Report;
use crate::config::Config;
use crate::text::show_moment;
use crate::wiring;

/// What is left when it is time to act: authorities renew at a third of 90 days.
const SOON: Duration = Duration::from_secs(14 * 86_400);

pub(super) fn check(report: &mut Report, config: &Config, now: Timestamp) {
    let paths = wiring::paths(config);
    let place = paths.certificate.display();
    let remedy = "renew it, then send `postern serve` a SIGHUP";
    let expiry = match fs::read(&paths.certificate) {
        Ok(pem) => wiring::expiry_of(&pem),
        Err(_) if paths.is_self_signed => {
            report.good("certificate", "none yet: a self-signed one is made on the first start");
            return;
        }
        Err(error) => {
            report.bad("certificate", format!("{place}: {error}"), "correct [tls] certificate");
            return;
        }
    };
    match expiry {
        None => report.bad(
            "certificate",
            format!("{place} is no certificate in PEM"),
            "correct [tls] certificate",
        ),
        Some(at) if at <= now => {
            report.bad("certificate", format!("{place} ended {}", show_moment(at)), remedy);
        }
        Some(at) if at <= now.plus(SOON) => {
            report.bad("certificate", format!("{place} ends {}", show_moment(at)), remedy);
        }
        Some(at) => report.good("certificate", format!("{place}, good until {}", show_moment(at))),
    }
}
