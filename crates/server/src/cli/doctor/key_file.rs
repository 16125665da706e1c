//! Whether the key file can be used.

use postern_service::keys::KeyRing;
use postern_service::system::SystemRandom;

use super::check::Report;
use crate::config::Config;

pub(super) fn check(report: &mut Report, config: &Config) {
    let path = &config.data.key_file;
    if !path.exists() {
        report.good("key file", format!("{}: not there yet, made on the first start", path.display()));
        return;
    }
    match KeyRing::load_or_create(path, false, &SystemRandom) {
        Ok(_) => report.good("key file", path.display().to_string()),
        Err(error) => {
            let remedy = "restore the key file that belongs to this database, mode 0600";
            report.bad("key file", error.to_string(), remedy);
        }
    }
}
