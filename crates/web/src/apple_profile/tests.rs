//! The whole profile, and that it is well-formed whatever the names are.

use super::*;
use crate::TransportSecurity;

fn hints(doors: &[(Door, u16)]) -> Vec<ConnectionHint> {
    let hint = |(door, port): &(Door, u16)| ConnectionHint {
        door: *door,
        host: "mail.example.test".to_owned(),
        port: *port,
        security: TransportSecurity::Tls,
    };
    doors.iter().map(hint).collect()
}

fn profile(name: &str, hints: &[ConnectionHint]) -> String {
    let profile = AppleProfile {
        app_password: AppPasswordId::from_bytes([7; 16]),
        name,
        organization: "Example & Sons",
        user: "anna@example.test",
        secret: "abcd-efgh",
        hints,
    };
    profile.to_xml().to_string()
}

/// Reads a property list of ours: every element is closed in its order, and a dictionary is keys with one value each.
/// Gives the keys with their values, as `key=value`.
fn parsed(xml: &str) -> Vec<String> {
    let (_, body) = xml.split_once("<plist version=\"1.0\">").expect("a property list");
    let (mut open, mut pairs, mut key, mut rest) = (vec!["plist"], Vec::new(), None, body);
    while let Some((text, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "{text}");
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "in\n{xml}");
            match closed {
                "key" => assert_eq!(key.replace(text), None, "two keys in a row"),
                "string" | "integer" => {
                    pairs.push(format!("{}={text}", key.take().expect("a key before a value")));
                }
                _ => {}
            }
        } else if let Some(value) = tag.strip_suffix('/') {
            pairs.push(format!("{}={value}", key.take().expect("a key before a value")));
        } else {
            assert!(matches!(tag, "dict" | "array" | "key" | "string" | "integer"), "{tag}");
            if tag == "array" {
                key = None;
            }
            open.push(tag);
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?} is open at the end of\n{xml}");
    pairs
}

#[test]
fn mail_in_full() {
    let xml = profile("Annas phone", &hints(&[(Door::Imap, 993), (Door::Smtp, 465), (Door::Smtp, 587)]));
    insta::assert_snapshot!(parsed(&xml).join("\n"), @"
    EmailAccountDescription=Annas phone
    EmailAccountType=EmailTypeIMAP
    EmailAddress=anna@example.test
    IncomingMailServerAuthentication=EmailAuthPassword
    IncomingMailServerHostName=mail.example.test
    IncomingMailServerPortNumber=993
    IncomingMailServerUseSSL=true
    IncomingMailServerUsername=anna@example.test
    IncomingPassword=abcd-efgh
    OutgoingMailServerAuthentication=EmailAuthPassword
    OutgoingMailServerHostName=mail.example.test
    OutgoingMailServerPortNumber=465
    OutgoingMailServerUseSSL=true
    OutgoingMailServerUsername=anna@example.test
    OutgoingPassword=abcd-efgh
    PayloadDisplayName=Mail
    PayloadIdentifier=postern.07070707-0707-0707-0707-070707070707.com.apple.mail.managed
    PayloadType=com.apple.mail.managed
    PayloadUUID=C16C2CF4-4765-8F27-9434-7C0D7394AFC3
    PayloadVersion=1
    PayloadDescription=Sets up mail, calendar and contacts with an app password.
    PayloadDisplayName=Annas phone
    PayloadOrganization=Example &amp; Sons
    PayloadIdentifier=postern.07070707-0707-0707-0707-070707070707.profile
    PayloadUUID=ABCA81F0-AA4C-8F6A-9D83-1D05F1A92E19
    PayloadRemovalDisallowed=false
    PayloadType=Configuration
    PayloadVersion=1
    ");
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist"));
}

#[test]
fn each_door_has_its_payload() {
    let kinds = |doors: &[(Door, u16)]| {
        let found = parsed(&profile("Annas phone", &hints(doors)));
        let kinds = found.iter().filter_map(|pair| pair.strip_prefix("PayloadType=com.apple."));
        kinds.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[(Door::Pop3, 995), (Door::Smtp, 465)]), ["mail.managed"]);
    assert_eq!(kinds(&[(Door::ActiveSync, 443)]), ["eas.account"]);
    assert_eq!(kinds(&[(Door::Dav, 443)]), ["caldav.account", "carddav.account"]);
    for useless in [&[(Door::Imap, 993)][..], &[(Door::Smtp, 465)], &[(Door::Ews, 443)], &[]] {
        assert_eq!(kinds(useless), [""; 0]);
        assert!(!is_useful(&hints(useless)), "{useless:?}");
    }
    assert!(is_useful(&hints(&[(Door::Pop3, 995), (Door::Smtp, 465)])));
    let ports = |port| parsed(&profile("Annas phone", &hints(&[(Door::ActiveSync, port)])));
    assert!(ports(443).contains(&"Host=mail.example.test".to_owned()));
    assert!(ports(8443).contains(&"Host=mail.example.test:8443".to_owned()));
}

#[test]
fn names_are_escaped_and_identifiers_stay() {
    let all = hints(&[(Door::Imap, 993), (Door::Smtp, 465), (Door::ActiveSync, 443), (Door::Dav, 443)]);
    let odd = profile("</string><key>a</key> & \"b\"", &all);
    assert!(odd.contains("<string>&lt;/string&gt;&lt;key&gt;a&lt;/key&gt; &amp; \"b\"</string>"), "{odd}");
    // Nothing for which XML has no character, wherever the name came from.
    let unreadable = profile("Annas\u{1}\u{0} pho\u{fffe}ne\u{ffff}\u{202e}", &all);
    assert!(parsed(&unreadable).contains(&"PayloadDisplayName=Annas phone".to_owned()), "{unreadable}");
    let identifiers = |xml: &str| {
        let found = parsed(xml).into_iter().filter(|pair| pair.starts_with("PayloadUUID="));
        found.collect::<Vec<_>>()
    };
    assert_eq!(identifiers(&odd), identifiers(&profile("Annas phone", &all)));
    let mut different = identifiers(&odd);
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 5, "{different:?}");
}
