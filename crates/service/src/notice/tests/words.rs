//! Every notice as the mail that people get.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::notice::NoticeKind;
use postern_storage::{AddressedNotice, Notice, NoticeDelivery, NoticeRecipient};

use super::samples::{anna, samples};
use crate::messenger::Mail;
use crate::notice::mail::mail;
use crate::notice::words::{About, Tidings};

fn at() -> Timestamp {
    Timestamp::from_millis(1_795_356_954_321)
}

/// The mail, and the kind that it is of.
fn mail_of(tidings: &dyn Tidings, is_about_anna: bool) -> (NoticeKind, Mail) {
    let (anna, trusted) = (anna(), ["10.0.0.0/8".parse().unwrap()]);
    let account = is_about_anna.then_some(&anna);
    let text = About { account, trusted: &trusted }.text(tidings, at());
    let kind = text.kind;
    let address: AccountName = "anna@home.example".parse().unwrap();
    let addressed = AddressedNotice {
        notice: Notice { sequence: 7, text },
        account_name: account.map(|anna| anna.name.clone()),
        recipient: NoticeRecipient { account: Some(anna.id), address },
        attempts: 1,
        delivery: NoticeDelivery::Waiting { next_at: at(), problem: None },
    };
    (kind, mail(&addressed, "https://portal.example.test"))
}

/// Each says what happened, when, from where and with what, and leads to the one page on which something is done about it.
#[test]
fn every_kind_as_people_get_it() {
    let mut shown = String::new();
    let mut kinds = BTreeSet::new();
    for (is_about_anna, tidings) in samples() {
        let (kind, mail) = mail_of(&*tidings, is_about_anna);
        kinds.insert(kind.name());
        let text = mail.text.as_str();
        assert_eq!(text.matches("https://").count(), 1, "one link: {text}");
        assert!(text.contains("\nWhen: 2026-11-22 14:15:54 UTC\n"), "{text}");
        let is_of_time = matches!(
            kind,
            NoticeKind::AppPasswordExpiresSoon
                | NoticeKind::AppPasswordIdleSoon
                | NoticeKind::ApiTokenExpiresSoon
                | NoticeKind::ClientSecretExpiresSoon
                | NoticeKind::ConsentExpiresSoon
                | NoticeKind::ConsentLapsed
                | NoticeKind::HelpWanted
        );
        assert!(is_of_time || text.contains("\nFrom: "), "from where? {text}");
        assert!(!text.contains(": \n") && !text.contains("\n\n\n"), "nothing is left empty: {text}");
        let line = text.lines().filter(|line| !line.starts_with("https://")).map(|line| line.chars().count());
        assert!(line.max().unwrap() < 300, "{text}");
        write!(shown, "==== {}\nSubject: {}\n\n{text}\n", kind.name(), mail.subject()).unwrap();
    }
    let missing: Vec<_> = NoticeKind::ALL.iter().filter(|kind| !kinds.contains(kind.name())).collect();
    assert!(missing.is_empty(), "no sample of {missing:?}");
    insta::assert_snapshot!(shown);
}

/// A client's name, which anybody chooses, makes no line of its own.
#[test]
fn nobody_else_puts_lines_into_a_notice() {
    use crate::notice::of_app_password::{AppPasswordTidings, NetworkUse};
    let used = NetworkUse {
        network: "192.0.2.0/24".parse().unwrap(),
        address: "192.0.2.7".parse().unwrap(),
        door: postern_domain::door::Door::Smtp,
        client: Some("evil\r\n\nDone by: you\u{2028}x".to_owned()),
    };
    let its = (&super::samples::app_password()).into();
    let (_, mail) =
        mail_of(&AppPasswordTidings::NewNetworks { its, uses: vec![used], last_today: false }, true);
    assert_eq!(mail.id.as_deref(), Some("notice-7-1795356954321"));
    let program = mail.text.lines().find(|line| line.starts_with("Program")).unwrap();
    assert_eq!(program, "Program: evilDone by: youx");
}
