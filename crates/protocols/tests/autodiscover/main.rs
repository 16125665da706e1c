//! Autodiscover answers before and after, in full.

use postern_protocols::XmlProblem;
use postern_protocols::autodiscover::{AnswerProblem, Format, Rewriter};

fn rewrite(answer: &str) -> Result<String, AnswerProblem> {
    let rewriter = Rewriter::new("gateway.example")
        .with_upstream_host("mail.contoso.com")
        .with_upstream_host("outlook.office365.com")
        .with_door("/EWS/", "ews.gateway.example")
        .with_domain("contoso.com");
    rewriter.rewrite(Format::Xml, answer.as_bytes()).map(|answer| String::from_utf8(answer).expect("UTF-8"))
}

const POX: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
    <User>
      <DisplayName>Anna &amp; Co</DisplayName>
      <AutoDiscoverSMTPAddress>anna@contoso.com</AutoDiscoverSMTPAddress>
    </User>
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
      <Protocol>
        <Type>EXCH</Type>
        <Server>mail.contoso.com</Server>
        <ServerDN>/o=contoso/cn=Servers/cn=mail.contoso.com</ServerDN>
        <AuthPackage>Negotiate</AuthPackage>
        <ASUrl>https://mail.contoso.com/EWS/Exchange.asmx</ASUrl>
        <EwsUrl>https://MAIL.contoso.com:443/EWS/Exchange.asmx</EwsUrl>
        <EcpUrl-um>?rfr=olk&amp;p=1</EcpUrl-um>
        <OABUrl>https://mail.contoso.com/OAB/c21c7bc2/</OABUrl>
        <ServerExclusiveConnect>on</ServerExclusiveConnect>
      </Protocol>
      <Protocol>
        <Type>EXPR</Type>
        <Server>mail.contoso.com</Server>
        <CertPrincipalName>msstd:mail.contoso.com</CertPrincipalName>
        <AuthPackage> Ntlm </AuthPackage>
      </Protocol>
      <Protocol Type="mapiHttp" Version="1">
        <MailStore>
          <ExternalUrl>https://mail.contoso.com/mapi/emsmdb/?MailboxId=1@contoso.com&amp;a=b</ExternalUrl>
        </MailStore>
      </Protocol>
      <Protocol>
        <Type>WEB</Type>
        <Internal>
          <OWAUrl AuthenticationMethod="Basic, Fba">http://mail.contoso.com/owa/</OWAUrl>
        </Internal>
      </Protocol>
    </Account>
  </Response>
</Autodiscover>
"#;

const REWRITTEN_POX: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
    <User>
      <DisplayName>Anna &amp; Co</DisplayName>
      <AutoDiscoverSMTPAddress>anna@contoso.com</AutoDiscoverSMTPAddress>
    </User>
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
      <Protocol>
        <Type>EXCH</Type>
        <Server>gateway.example</Server>
        <ServerDN>/o=contoso/cn=Servers/cn=mail.contoso.com</ServerDN>
        <AuthPackage>basic</AuthPackage>
        <ASUrl>https://ews.gateway.example/EWS/Exchange.asmx</ASUrl>
        <EwsUrl>https://ews.gateway.example/EWS/Exchange.asmx</EwsUrl>
        <EcpUrl-um>?rfr=olk&amp;p=1</EcpUrl-um>
        <OABUrl>https://gateway.example/OAB/c21c7bc2/</OABUrl>
        <ServerExclusiveConnect>on</ServerExclusiveConnect>
      </Protocol>
      <Protocol>
        <Type>EXPR</Type>
        <Server>gateway.example</Server>
        <CertPrincipalName>msstd:gateway.example</CertPrincipalName>
        <AuthPackage> basic </AuthPackage>
      </Protocol>
      <Protocol Type="mapiHttp" Version="1">
        <MailStore>
          <ExternalUrl>https://gateway.example/mapi/emsmdb/?MailboxId=1@contoso.com&amp;a=b</ExternalUrl>
        </MailStore>
      </Protocol>
      <Protocol>
        <Type>WEB</Type>
        <Internal>
          <OWAUrl AuthenticationMethod="Basic, Fba">https://gateway.example/owa/</OWAUrl>
        </Internal>
      </Protocol>
    </Account>
  </Response>
</Autodiscover>
"#;

#[test]
fn pox() {
    assert_eq!(rewrite(POX).as_deref(), Ok(REWRITTEN_POX));
}

#[test]
fn soap() {
    let answer = "\u{feff}<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
        <UserSetting xmlns='http://schemas.microsoft.com/exchange/2010/Autodiscover' \
        xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='StringSetting'>\
        <Name>ExternalEwsUrl</Name><Value>https://mail&#46;contoso.com/EWS/Exchange.asmx</Value></UserSetting>\
        <v><Value>mail.contoso.com</Value><Value><![CDATA[https://outlook.office365.com/x?a&b]]></Value></v>\
        <Hostname>outlook.office365.com</Hostname></s:Body></s:Envelope>";
    let expected = "\u{feff}<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
        <UserSetting xmlns='http://schemas.microsoft.com/exchange/2010/Autodiscover' \
        xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='StringSetting'>\
        <Name>ExternalEwsUrl</Name><Value>https://ews.gateway.example/EWS/Exchange.asmx</Value></UserSetting>\
        <v><Value>gateway.example</Value><Value><![CDATA[https://gateway.example/x?a&b]]></Value></v>\
        <Hostname>gateway.example</Hostname></s:Body></s:Envelope>";
    assert_eq!(rewrite(answer).as_deref(), Ok(expected));
}

/// Exchange names its servers as its own network knows them. A program that gets such a name takes its app password there.
#[test]
fn services_by_names_that_nobody_told_us() {
    for (url, rewritten) in [
        ("https://mbx01.internal/EWS/Exchange.asmx", "https://ews.gateway.example/EWS/Exchange.asmx"),
        (
            "https://mbx01.internal/mapi/emsmdb/?MailboxId=1",
            "https://gateway.example/mapi/emsmdb/?MailboxId=1",
        ),
        ("http://u@mbx01.internal:81/OAB/1/", "https://gateway.example/OAB/1/"),
        (
            "https://mbx01.internal/Microsoft-Server-ActiveSync",
            "https://gateway.example/Microsoft-Server-ActiveSync",
        ),
        ("https://login.test/owa/", "https://login.test/owa/"),
    ] {
        let answer = |url: &str| format!("<A><InternalUrl>{url}</InternalUrl></A>");
        assert_eq!(rewrite(&answer(url)), Ok(answer(rewritten)), "{url}");
    }
}

#[test]
fn redirects() {
    for (answer, expected) in [
        (
            "<A><RedirectUrl>https://outlook.office365.com/autodiscover/autodiscover.xml</RedirectUrl></A>",
            Ok("<A><RedirectUrl>https://gateway.example/autodiscover/autodiscover.xml</RedirectUrl></A>"),
        ),
        (
            "<RedirectUrl>https://gateway.example/x</RedirectUrl>",
            Ok("<RedirectUrl>https://gateway.example/x</RedirectUrl>"),
        ),
        ("<RedirectAddr>bea@contoso.com</RedirectAddr>", Ok("<RedirectAddr>bea@contoso.com</RedirectAddr>")),
        ("<RedirectTarget/>", Ok("<RedirectTarget/>")),
        ("<RedirectTarget> </RedirectTarget>", Ok("<RedirectTarget> </RedirectTarget>")),
        ("<RedirectUrl>https://evil.example/x</RedirectUrl>", Err(AnswerProblem::ForeignRedirect)),
        (
            "<RedirectUrl>https://evil.example/?a=https://mail.contoso.com/</RedirectUrl>",
            Err(AnswerProblem::ForeignRedirect),
        ),
        ("<RedirectUrl>/x</RedirectUrl>", Err(AnswerProblem::ForeignRedirect)),
        (
            "<RedirectAddr>bea@contoso.mail.onmicrosoft.com</RedirectAddr>",
            Err(AnswerProblem::ForeignRedirect),
        ),
        ("<Action><Redirect>bea@evil.example</Redirect></Action>", Err(AnswerProblem::ForeignRedirect)),
        ("<RedirectTarget>https://evil.example/</RedirectTarget>", Err(AnswerProblem::ForeignRedirect)),
    ] {
        assert_eq!(rewrite(answer), expected.map(str::to_owned), "{answer}");
    }
}

#[test]
fn what_is_not_passed_on() {
    for (answer, expected) in [
        ("", AnswerProblem::Xml(XmlProblem::Incomplete)),
        ("<A>", AnswerProblem::Xml(XmlProblem::Incomplete)),
        ("<A></B>", AnswerProblem::Xml(XmlProblem::EndTag)),
        ("<html><body><p>Sorry<br></body></html>", AnswerProblem::Xml(XmlProblem::EndTag)),
        ("<!DOCTYPE html><html/>", AnswerProblem::Xml(XmlProblem::DocumentType)),
        ("<?xml version='1.0' encoding='utf-16'?><A/>", AnswerProblem::Xml(XmlProblem::Encoding)),
        ("<A url='https://mail.contoso.com/'/>", AnswerProblem::UnexpectedUrl),
        ("{\"Url\":\"https://mail.contoso.com/\"}", AnswerProblem::Xml(XmlProblem::Incomplete)),
        ("<A/>https://mail.contoso.com/", AnswerProblem::Xml(XmlProblem::Syntax)),
        ("<!---->https://mail.contoso.com/<A/>", AnswerProblem::Xml(XmlProblem::Syntax)),
        ("<A/><A/>", AnswerProblem::Xml(XmlProblem::Syntax)),
        ("\u{feff} ", AnswerProblem::Xml(XmlProblem::Incomplete)),
    ] {
        assert_eq!(rewrite(answer), Err(expected), "{answer}");
    }
}
