//! Whether notices and records can go out, and do.

use postern_domain::account::AccountName;
use postern_domain::text::counted;
use postern_service::messenger::{Mail, Messenger as _};
use postern_service::{By, Service};

use super::check::Report;
use crate::cli::{CliError, Context};
use crate::config::Config;
use crate::wiring;

/// So many records a destination may be behind before it is worth a word.
const MOST_BEHIND: u64 = 1_000;

pub(super) async fn check(report: &mut Report, config: &Config, service: &Service, by: By<'_>) {
    match wiring::messenger(config) {
        Ok(messenger) => {
            for (what, found) in messenger.check().await {
                match found {
                    Ok(()) => report.good(what, "answers"),
                    Err(problem) => report.bad(what, problem.to_string(), remedy(what)),
                }
            }
        }
        Err(error) => report.bad("messages", error.problem(), error.remedy()),
    }
    match service.shipped(by).await {
        Ok(shipped) => {
            for each in shipped {
                let (check, behind) = (each.destination.to_string(), counted(each.behind, "record"));
                match each.record.and_then(|record| record.trouble) {
                    Some((since, problem)) => report.bad(
                        check,
                        format!("{behind} behind, failing since {since}: {problem}"),
                        "correct its address or secret, or bring the receiver back; nothing is lost meanwhile",
                    ),
                    None if each.behind > MOST_BEHIND => report.bad(
                        check,
                        format!("{behind} behind"),
                        "see that `postern serve` runs, and that the receiver is fast enough",
                    ),
                    None => report.good(check, format!("{behind} behind")),
                }
            }
        }
        Err(error) => report.bad("shipping", error.to_string(), "see the checks above"),
    }
}

fn remedy(what: &str) -> &'static str {
    if what == "mail" {
        "correct [mail]: host, port, tls, user_name and password_file, ca_file"
    } else {
        "correct [syslog]: host, port, transport, ca_file"
    }
}

/// Hands one mail over.
pub(super) async fn send_test_mail(context: &mut Context, address: AccountName) -> Result<(), CliError> {
    let config = context.config()?;
    let text = "This is a test of the notices of Postern. Whoever reads it can be reached.\n".to_owned();
    let mail = Mail::new(address.clone(), "Test of Postern's notices", text);
    let messenger = wiring::messenger(&config)?;
    match messenger.mail(&mail).await {
        Ok(()) => {
            let answer = serde_json::json!({ "sent_to": address.as_str() });
            context.console.answer(&answer, || format!("The mail server took a mail to {address}."))
        }
        Err(error) => Err(CliError::TestMail { error }),
    }
}
