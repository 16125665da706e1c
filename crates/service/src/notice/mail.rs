//! A notice as a mail.

use std::fmt::Write as _;

use postern_storage::AddressedNotice;

use super::words::moment;
use crate::messenger::Mail;

/// The mail to one address, in plain text: one fact on a line, in no columns, so that a telephone shows it as it was
/// written. The same notice to the same account has the same identifier, so that a second copy is known as one.
pub(super) fn mail(addressed: &AddressedNotice, portal_url: &str) -> Mail {
    let notice = &addressed.notice;
    let told = &notice.text;
    let mut text =
        format!("{}.\n\nWhen: {}\n", one_line(told.subject.trim_end_matches('.')), moment(told.at));
    for (words, value) in &told.facts {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{words}: {}", one_line(value));
    }
    let _ = write!(text, "\n{}\n{portal_url}{}\n\n", told.advice, told.link);
    let _ = match &addressed.account_name {
        Some(name) => writeln!(
            text,
            "You get this because it concerns the account {name}. It is kept in the portal, under Notices."
        ),
        None => writeln!(text, "You get this as an administrator. It is kept in the portal, under Notices."),
    };
    let mut mail = Mail::new(addressed.recipient.address.clone(), &told.subject, text);
    mail.id = Some(format!("notice-{}-{}", notice.sequence, told.at.as_millis()));
    mail
}

/// What a client or another person chose the words of stays on its line.
fn one_line(value: &str) -> String {
    value.chars().map(|c| if postern_domain::text::is_unseen(c) { ' ' } else { c }).collect()
}
