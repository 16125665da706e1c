//! A notice as a mail.

use std::fmt::Write as _;

use postern_storage::AddressedNotice;

use crate::messenger::Mail;

/// The mail to one address, in plain text. The same notice to the same account has the same identifier, so that a second
/// copy is known as one.
pub(super) fn mail(addressed: &AddressedNotice, portal_url: &str) -> Mail {
    let notice = &addressed.notice;
    let mut text = format!("{}.\n\n", notice.text.subject.trim_end_matches('.'));
    let width = notice.text.facts.iter().map(|(words, _)| words.chars().count()).max().unwrap_or(0).max(4);
    let when = ("When".to_owned(), notice.text.at.to_string());
    for (words, value) in notice.text.facts.iter().chain([&when]) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {:<width$}  {}", format!("{words}:"), one_line(value), width = width + 1);
    }
    let _ = write!(
        text,
        "\n{}\n\nThis concerns the account {} at {portal_url}/security-info, where you find this notice again.\n",
        notice.text.advice, addressed.account_name
    );
    let mut mail = Mail::new(addressed.recipient.address.clone(), &notice.text.subject, text);
    mail.id = Some(format!("notice-{}-{}", notice.sequence, notice.text.at.as_millis()));
    mail
}

/// What a client or another person chose the words of stays on its line.
fn one_line(value: &str) -> String {
    value.chars().map(|c| if postern_domain::text::is_unseen(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use postern_domain::Timestamp;
    use postern_domain::id::AccountId;
    use postern_domain::notice::NoticeKind;
    use postern_storage::{Notice, NoticeDelivery, NoticeRecipient, NoticeText};

    use super::*;

    #[test]
    fn a_notice_says_what_when_from_where_and_what_to_do() {
        let at = Timestamp::from_millis(1_795_356_954_321);
        let fact = |words: &str, value: &str| (words.to_owned(), value.to_owned());
        let text = NoticeText {
            at,
            kind: NoticeKind::NewNetwork,
            account: AccountId::from_bytes([1; 16]),
            subject: "App password \u{201c}Contact form\u{201d} used from a new network".to_owned(),
            facts: vec![fact("Network", "192.0.2.0/24"), fact("Program", "evil\r\n  Done by: you")],
            advice: "If none of your programs runs there: revoke it.".to_owned(),
        };
        let address: postern_domain::account::AccountName = "anna@example.test".parse().unwrap();
        let addressed = AddressedNotice {
            notice: Notice { sequence: 7, text },
            account_name: address.clone(),
            recipient: NoticeRecipient { account: None, address },
            attempts: 1,
            delivery: NoticeDelivery::Waiting { next_at: at, problem: None },
        };
        let mail = mail(&addressed, "https://portal.example.test");
        assert_eq!(mail.id.as_deref(), Some("notice-7-1795356954321"));
        insta::assert_snapshot!(mail.text.as_str(), @"
        App password “Contact form” used from a new network.

          Network:  192.0.2.0/24
          Program:  evil    Done by: you
          When:     2026-11-22T14:15:54Z

        If none of your programs runs there: revoke it.

        This concerns the account anna@example.test at https://portal.example.test/security-info, where you find this notice again.
        ");
    }
}
