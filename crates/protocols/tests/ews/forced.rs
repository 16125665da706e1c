//! Requests after the gateway has named the mailbox in them.

use postern_protocols::ews::{Impersonation, Kind, force_impersonation};

use crate::runner::{ENVELOPE, read, with_header, with_identity};

const FORCED: &str = "<t:ExchangeImpersonation xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">\
     <t:ConnectingSID><t:PrimarySmtpAddress>anna@ex.com</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>";

/// The request with the mailbox forced; it must read back as naming that one.
fn force(request: &str, mailbox: &str) -> String {
    let splice = force_impersonation(&read(request).expect("a request that is taken"), mailbox);
    let forced = splice.apply(request.as_bytes());
    assert_eq!(forced.len() as i64 - request.len() as i64, splice.growth());
    let impersonation = read(&forced).expect("a request that is taken").impersonation;
    let named = impersonation.map(|Impersonation { kind, identity, .. }| (kind, identity));
    assert_eq!(named, Some((Kind::PrimarySmtpAddress, mailbox.to_owned())));
    String::from_utf8(forced).expect("UTF-8")
}

#[test]
fn replaces_what_the_request_named() {
    let request = with_identity("<t:SID>S-1-5-21</t:SID>");
    assert_eq!(force(&request, "anna@ex.com"), with_header(FORCED));
}

#[test]
fn adds_what_the_request_did_not_name() {
    let version = "<t:RequestServerVersion Version='Exchange2016'/>";
    assert_eq!(force(&with_header(version), "anna@ex.com"), with_header(&format!("{FORCED}{version}")));
}

#[test]
fn makes_a_header_where_there_is_none() {
    let expected = format!("{ENVELOPE}<s:Header>{FORCED}</s:Header><s:Body/></s:Envelope>");
    assert_eq!(force(&format!("{ENVELOPE}<s:Body/></s:Envelope>"), "anna@ex.com"), expected);
    assert_eq!(force(&format!("{ENVELOPE}<s:Header/><s:Body/></s:Envelope>"), "anna@ex.com"), expected);
    assert_eq!(
        force("<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body/></Envelope>", "anna@ex.com"),
        format!(
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Header>{FORCED}</Header><Body/></Envelope>"
        )
    );
}

#[test]
fn what_the_client_declared_changes_nothing() {
    let hostile = with_header("").replacen("<s:Header>", "<s:Header xmlns:t='urn:other'>", 1);
    assert!(force(&hostile, "anna@ex.com").contains(FORCED));
    let other = "<x:Envelope xmlns:x='http://schemas.xmlsoap.org/soap/envelope/'>\
                 <y:Header xmlns:y='http://schemas.xmlsoap.org/soap/envelope/'/><x:Body/></x:Envelope>";
    assert!(force(other, "anna@ex.com").contains(&format!("<x:Header>{FORCED}</x:Header>")));
}

#[test]
fn an_address_with_markup_stays_an_address() {
    let forced = force(&with_header(""), "a&b'c@ex.com");
    assert!(forced.contains(">a&amp;b&apos;c@ex.com<"), "{forced}");
}
