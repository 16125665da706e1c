//! Requests as programs send them.

use postern_protocols::ews::{HeaderFacts, Impersonation, Kind};

use crate::runner::{ENVELOPE, read, with_header, with_identity};

fn identity(request: &str) -> Option<(Kind, String)> {
    let facts = read(request).expect("a request that is taken");
    facts.impersonation.map(|Impersonation { kind, identity, .. }| (kind, identity))
}

fn is(kind: Kind, identity: &str) -> Option<(Kind, String)> {
    Some((kind, identity.to_owned()))
}

#[test]
fn what_exchangelib_sends() {
    let request = "<?xml version='1.0' encoding='utf-8'?>\n\
        <s:Envelope xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
        xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
        xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><s:Header>\
        <t:RequestServerVersion Version=\"Exchange2016\"/>\
        <t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>target@ex.com</t:PrimarySmtpAddress>\
        </t:ConnectingSID></t:ExchangeImpersonation>\
        <t:TimeZoneContext><t:TimeZoneDefinition Id=\"UTC\"/></t:TimeZoneContext></s:Header>\
        <s:Body><m:ResolveNames ReturnFullContactData=\"false\">\
        <m:UnresolvedEntry>a &lt; b</m:UnresolvedEntry></m:ResolveNames></s:Body></s:Envelope>";
    let HeaderFacts { impersonation, header, body, prefix } = read(request).expect("a request that is taken");
    let impersonation = impersonation.expect("an impersonation");
    assert_eq!((impersonation.kind, &*impersonation.identity), (Kind::PrimarySmtpAddress, "target@ex.com"));
    let element = &request[impersonation.range];
    assert!(
        element.starts_with("<t:ExchangeImpersonation>") && element.ends_with("</t:ExchangeImpersonation>")
    );
    let header = header.expect("a header");
    assert!(!header.is_empty_tag);
    let content = &request[header.range];
    assert!(content.starts_with("<t:RequestServerVersion") && content.ends_with("</t:TimeZoneContext>"));
    assert!(request[body..].starts_with("<s:Body>"));
    assert_eq!(prefix, "s");
}

#[test]
fn what_the_managed_api_sends() {
    let request = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n\
        <soap:Envelope xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
        xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
        xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\" \
        xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\r\n  <soap:Header>\r\n\
            <t:RequestServerVersion Version=\"Exchange2013_SP1\" />\r\n    <t:ExchangeImpersonation>\r\n\
              <t:ConnectingSID>\r\n        <t:SmtpAddress>target@ex.com</t:SmtpAddress>\r\n\
              </t:ConnectingSID>\r\n    </t:ExchangeImpersonation>\r\n  </soap:Header>\r\n  <soap:Body>\r\n\
            <m:GetFolder />\r\n  </soap:Body>\r\n</soap:Envelope>\r\n";
    assert_eq!(identity(request), is(Kind::SmtpAddress, "target@ex.com"));
    let with_mark = format!("\u{feff}{request}");
    assert_eq!(identity(&with_mark), is(Kind::SmtpAddress, "target@ex.com"));
}

#[test]
fn the_four_kinds_of_identity() {
    for (name, kind, value) in [
        ("PrincipalName", Kind::PrincipalName, "anna@corp.example"),
        ("SID", Kind::Sid, "S-1-5-21-1-2-3-1104"),
        ("PrimarySmtpAddress", Kind::PrimarySmtpAddress, "anna@ex.com"),
        ("SmtpAddress", Kind::SmtpAddress, "anna@ex.com"),
    ] {
        assert_eq!(identity(&with_identity(&format!("<t:{name}>{value}</t:{name}>"))), is(kind, value));
    }
}

#[test]
fn an_identity_in_every_spelling_that_all_readers_agree_on() {
    for value in [
        "anna@ex.com",
        "\r\n\t anna@ex.com ",
        "&#97;nna&#x40;ex.com",
        "<![CDATA[anna@ex.com]]>",
        "<![CDATA[ anna@ex.com\n]]>",
    ] {
        assert_eq!(
            identity(&with_identity(&format!("<t:SID >{value}</t:SID\n>"))),
            is(Kind::Sid, "anna@ex.com")
        );
    }
    let redeclared = with_header(
        "<x:ExchangeImpersonation xmlns:x=\"http://schemas.microsoft.com/exchange/services/2006/&#116;ypes\" \
         s:mustUnderstand='1'><!-- - --><ConnectingSID xmlns='http://schemas.microsoft.com/exchange/services/2006/types'>\
         <t:SID xmlns:s='y'>anna@ex.com</t:SID> </ConnectingSID> </x:ExchangeImpersonation>",
    );
    assert_eq!(identity(&redeclared), is(Kind::Sid, "anna@ex.com"));
}

#[test]
fn requests_without_an_impersonation() {
    for request in [
        format!("{ENVELOPE}<s:Body/></s:Envelope>"),
        format!("{ENVELOPE}<s:Body></s:Body></s:Envelope> <!-- end -->\n"),
        format!("{ENVELOPE}<s:Header/><s:Body><a><b/>text</a></s:Body></s:Envelope>"),
        with_header(""),
        with_header(
            "<!-- x --><t:MailboxCulture>de-AT</t:MailboxCulture><t:DateTimePrecision>Seconds</t:DateTimePrecision>",
        ),
        with_header(
            "<a:Action xmlns:a='http://www.w3.org/2005/08/addressing' s:mustUnderstand='1'>urn:x</a:Action>",
        ),
        "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Header/><Body/></Envelope>".to_owned(),
        format!(
            "{ENVELOPE}<s:Body><m><![CDATA[</s:Body><s:Header>]]><!-- </s:Body> --></m></s:Body></s:Envelope>"
        ),
        format!("{ENVELOPE}<s:Body><s:Body><a b='>/>'/></s:Body></s:Body></s:Envelope>"),
    ] {
        assert_eq!(identity(&request), None, "{request}");
    }
}
