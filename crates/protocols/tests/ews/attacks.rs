//! Requests that two readers could understand differently, or that claim more than they may.

use postern_protocols::XmlProblem;
use postern_protocols::ews::{HeaderProblem, MAX_HEADER, ResponseCode};

use crate::runner::{ENVELOPE, problem, with_header, with_identity};

const SID: &str =
    "<t:ExchangeImpersonation><t:ConnectingSID><t:SID>a</t:SID></t:ConnectingSID></t:ExchangeImpersonation>";

#[test]
fn an_identity_that_is_not_exactly_one() {
    for (identity, expected) in [
        ("", HeaderProblem::Impersonation),
        ("<t:SID>a</t:SID><t:SID>b</t:SID>", HeaderProblem::Impersonation),
        ("<t:SID>a</t:SID><t:SmtpAddress>b</t:SmtpAddress>", HeaderProblem::Impersonation),
        ("<t:Sid>a</t:Sid>", HeaderProblem::Impersonation),
        ("<t:Guid>a</t:Guid>", HeaderProblem::Impersonation),
        ("<x:SID xmlns:x='y'>a</x:SID>", HeaderProblem::Impersonation),
        ("<SID>a</SID>", HeaderProblem::Impersonation),
        ("a", HeaderProblem::StrayText),
        ("<![CDATA[a]]>", HeaderProblem::StrayText),
        ("<t:SID/>", HeaderProblem::Identity),
        ("<t:SID> \n</t:SID>", HeaderProblem::Identity),
        ("<t:SID><t:SID>a</t:SID></t:SID>", HeaderProblem::Identity),
        ("<t:SID>a<x/></t:SID>", HeaderProblem::Identity),
        ("<t:SID>a<!-- -->b</t:SID>", HeaderProblem::Identity),
        ("<t:SID><!-- -->b</t:SID>", HeaderProblem::Identity),
        ("<t:SID>a<![CDATA[b]]></t:SID>", HeaderProblem::Identity),
        ("<t:SID> <![CDATA[b]]></t:SID>", HeaderProblem::Identity),
        ("<t:SID><![CDATA[a]]><![CDATA[b]]></t:SID>", HeaderProblem::Identity),
        ("<t:SID>a b</t:SID>", HeaderProblem::Identity),
        ("<t:SID>a\u{a0}b</t:SID>", HeaderProblem::Identity),
        ("<t:SID>a&#x85;b</t:SID>", HeaderProblem::Identity),
        ("<t:SID>a&#10;b</t:SID>", HeaderProblem::Identity),
        ("<t:SID>\u{212a}ate@ex.com</t:SID>", HeaderProblem::Identity),
        ("<t:SID>smtp:a@ex.com</t:SID>", HeaderProblem::Identity),
        ("<t:SID>a@ex.com;b@ex.com</t:SID>", HeaderProblem::Identity),
        ("<t:SID>EX\\a</t:SID>", HeaderProblem::Identity),
        ("<t:SID xsi:nil='true' xmlns:xsi='x'>a</t:SID>", HeaderProblem::ImpersonationAttribute),
        ("<t:SID>a&bob;</t:SID>", HeaderProblem::Xml(XmlProblem::Reference)),
    ] {
        assert_eq!(problem(with_identity(identity)), expected, "{identity}");
    }
    let long = format!("<t:SID>{}</t:SID>", "a".repeat(321));
    assert_eq!(problem(with_identity(&long)), HeaderProblem::Identity);
}

#[test]
fn an_impersonation_in_another_place_or_name() {
    for (header, expected) in [
        (format!("{SID}{SID}"), HeaderProblem::SeveralImpersonations),
        (format!("<x xmlns='y'>{SID}</x>"), HeaderProblem::MisplacedImpersonation),
        ("<t:exchangeimpersonation/>".to_owned(), HeaderProblem::MisplacedImpersonation),
        (SID.replace("t:ExchangeI", "s:ExchangeI"), HeaderProblem::MisplacedImpersonation),
        ("<ExchangeImpersonation/>".to_owned(), HeaderProblem::MisplacedImpersonation),
        ("<t:ExchangeImpersonation/>".to_owned(), HeaderProblem::Impersonation),
        (
            "<t:ExchangeImpersonation><t:ConnectingSID/></t:ExchangeImpersonation>".to_owned(),
            HeaderProblem::Impersonation,
        ),
        (SID.replace("ConnectingSID", "ConnectingSid"), HeaderProblem::Impersonation),
        (
            SID.replace("<t:ConnectingSID>", "<t:ConnectingSID/><t:ConnectingSID>"),
            HeaderProblem::Impersonation,
        ),
        (
            SID.replace("Impersonation><t:C", "Impersonation s:actor='urn:x'><t:C"),
            HeaderProblem::ImpersonationAttribute,
        ),
        (
            SID.replace("<t:ConnectingSID>", "<t:ConnectingSID t:x='y'>"),
            HeaderProblem::ImpersonationAttribute,
        ),
        (format!("x{SID}"), HeaderProblem::StrayText),
    ] {
        assert_eq!(problem(with_header(&header)), expected, "{header}");
    }
}

#[test]
fn other_ways_to_be_somebody_else() {
    for name in [
        "SerializedSecurityContext",
        "ProxySecurityContext",
        "ProxySuggesterSid",
        "ProxyPartnerToken",
        "OpenAsAdminOrSystemService",
        "ManagementRole",
    ] {
        for namespace in ["http://schemas.microsoft.com/exchange/services/2006/types", "urn:other"] {
            let header = format!("<x:{name} xmlns:x='{namespace}'/>");
            assert_eq!(problem(with_header(&header)), HeaderProblem::AccessMode, "{header}");
        }
    }
    for (header, expected) in [
        ("<o:Security xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis'/>", HeaderProblem::AccessMode),
        ("<x xmlns='y'><managementrole/></x>", HeaderProblem::AccessMode),
        ("<x xmlns='y'><ConnectingSID/></x>", HeaderProblem::AccessMode),
        ("<x xmlns='y'><s:Body/></x>", HeaderProblem::Envelope),
        ("<t:SomethingNew/>", HeaderProblem::UnknownHeader),
        (
            "<x:RequestServerVersion xmlns:x='http://schemas.microsoft.com/exchange/x'/>",
            HeaderProblem::UnknownHeader,
        ),
        ("<RequestServerVersion/>", HeaderProblem::UnknownHeader),
    ] {
        assert_eq!(problem(with_header(header)), expected, "{header}");
    }
}

#[test]
fn envelopes_of_another_shape() {
    let body = "<s:Body/>";
    for (content, expected) in [
        (format!("<s:Header/><s:Header>{SID}</s:Header>{body}"), HeaderProblem::Envelope),
        (format!("{body}<s:Header>{SID}</s:Header>"), HeaderProblem::Envelope),
        (format!("<s:Body></s:Body><s:Header>{SID}</s:Header>"), HeaderProblem::Envelope),
        (format!("{body}{body}"), HeaderProblem::Envelope),
        (format!("{SID}{body}"), HeaderProblem::MisplacedImpersonation),
        (format!("<s:Body>{SID}</s:Body>"), HeaderProblem::MisplacedImpersonation),
        ("<s:Body><x:EXCHANGEimpersonation/></s:Body>".to_owned(), HeaderProblem::MisplacedImpersonation),
        (format!("<x/>{body}"), HeaderProblem::Envelope),
        (format!("<Header>{SID}</Header>{body}"), HeaderProblem::Envelope),
        (format!("<s:header>{SID}</s:header>{body}"), HeaderProblem::Envelope),
        ("<t:Body/>".to_owned(), HeaderProblem::Envelope),
        ("<s:Header/>".to_owned(), HeaderProblem::Envelope),
        (format!("x{body}"), HeaderProblem::StrayText),
        (format!("{body}x"), HeaderProblem::StrayText),
        (format!("{body}<![CDATA[ ]]>"), HeaderProblem::StrayText),
        ("<s:Body><?x?></s:Body>".to_owned(), HeaderProblem::Xml(XmlProblem::ProcessingInstruction)),
        ("<s:Body><a></a></s:body>".to_owned(), HeaderProblem::Xml(XmlProblem::EndTag)),
        ("<s:Header></t:Header>".to_owned(), HeaderProblem::Xml(XmlProblem::EndTag)),
        (format!("<s:Body><a></s:Body><s:Header>{SID}"), HeaderProblem::MisplacedImpersonation),
    ] {
        assert_eq!(problem(format!("{ENVELOPE}{content}</s:Envelope>")), expected, "{content}");
    }
    for (request, expected) in [
        (format!("{ENVELOPE}{body}</s:Envelope>{ENVELOPE}"), HeaderProblem::Envelope),
        (format!("{ENVELOPE}{body}</s:envelope>"), HeaderProblem::Xml(XmlProblem::EndTag)),
        (format!("{ENVELOPE}{body}"), HeaderProblem::Xml(XmlProblem::Incomplete)),
        (format!("{ENVELOPE}{body}</s:Envelope><!-- "), HeaderProblem::Xml(XmlProblem::Incomplete)),
        (ENVELOPE.replace('>', "/>"), HeaderProblem::NoEnvelope),
        (ENVELOPE.replace("xmlsoap.org", "xmlsoap.com"), HeaderProblem::NoEnvelope),
        ("<x/>".to_owned(), HeaderProblem::NoEnvelope),
        ("{\"a\":1}".to_owned(), HeaderProblem::Xml(XmlProblem::Incomplete)),
        (String::new(), HeaderProblem::Xml(XmlProblem::Incomplete)),
    ] {
        assert_eq!(problem(&request), expected, "{request}");
    }
}

#[test]
fn documents_that_are_read_differently() {
    let request = with_header(SID);
    let utf16: Vec<u8> = request.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_big: Vec<u8> = request.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (request, expected) in [
        ([b"\xff\xfe", &utf16[..]].concat(), XmlProblem::Encoding),
        ([b"\xfe\xff", &utf16_big[..]].concat(), XmlProblem::Encoding),
        (utf16, XmlProblem::Encoding),
        (utf16_big, XmlProblem::Encoding),
        (format!("<?xml version='1.0' encoding='utf-16'?>{request}").into_bytes(), XmlProblem::Encoding),
        (format!("<?xml version='1.0' encoding='utf-7'?>{request}").into_bytes(), XmlProblem::Encoding),
        (format!("<!DOCTYPE x [<!ENTITY e 'x'>]>{request}").into_bytes(), XmlProblem::DocumentType),
        (format!(" <?xml version='1.0'?>{request}").into_bytes(), XmlProblem::ProcessingInstruction),
        (format!("<?x?>{request}").into_bytes(), XmlProblem::ProcessingInstruction),
        (
            format!("<?xml version='1.0'?><?xml version='1.0'?>{request}").into_bytes(),
            XmlProblem::ProcessingInstruction,
        ),
        ([b"\xef\xbb", request.as_bytes()].concat(), XmlProblem::Utf8),
        (request.replace("<t:SID>", "\u{0}").into_bytes(), XmlProblem::Character),
        (request.replace("t:SID", "u:SID").into_bytes(), XmlProblem::Prefix),
        (request.replacen("</t:ConnectingSID>", "", 1).into_bytes(), XmlProblem::EndTag),
        ([ENVELOPE.as_bytes(), b"<s:Body>\xc0\xbcs:Header>"].concat(), XmlProblem::Utf8),
    ] {
        assert_eq!(problem(&request), HeaderProblem::Xml(expected), "{}", request.escape_ascii());
    }
}

#[test]
fn limits() {
    let spaces = " ".repeat(MAX_HEADER);
    assert_eq!(problem(with_header(&spaces)), HeaderProblem::TooLong);
    let tag = format!("{ENVELOPE}<s:Body><a b='{spaces}'/></s:Body></s:Envelope>");
    assert_eq!(problem(tag), HeaderProblem::TagTooLong);
    let deep = "<a xmlns='x'>".repeat(31);
    assert_eq!(problem(with_header(&deep)), HeaderProblem::Xml(XmlProblem::TooDeep));
    let wide: String = (0..65).map(|n| format!(" a{n}=''")).collect();
    assert_eq!(
        problem(with_header(&format!("<t:x{wide}/>"))),
        HeaderProblem::Xml(XmlProblem::TooManyAttributes)
    );
}

#[test]
fn every_problem_has_a_code_that_clients_know() {
    for (problem, code) in [
        (HeaderProblem::AccessMode, ResponseCode::MoreThanOneAccessModeSpecified),
        (HeaderProblem::SeveralImpersonations, ResponseCode::MoreThanOneAccessModeSpecified),
        (HeaderProblem::Identity, ResponseCode::InvalidExchangeImpersonationHeaderData),
        (HeaderProblem::TooLong, ResponseCode::SchemaValidation),
    ] {
        assert_eq!(problem.response_code(), code);
    }
}
