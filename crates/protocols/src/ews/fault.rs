//! SOAP faults as Exchange writes them.

use std::time::Duration;

use crate::xml::escape;

/// The codes that the gateway has use for. All go with HTTP 500, which clients of EWS expect for a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseCode {
    /// The service account may not act for that mailbox, or there is none: the same answer.
    ImpersonateUserDenied,
    /// The header element cannot be understood.
    InvalidExchangeImpersonationHeaderData,
    /// Several identities, or one of a kind that is not given here.
    MoreThanOneAccessModeSpecified,
    /// The request is not taken.
    SchemaValidation,
    /// Come back later; programs wait for this long by themselves.
    ServerBusy {
        /// How long.
        back_off: Duration,
    },
}

impl ResponseCode {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::ImpersonateUserDenied => "ErrorImpersonateUserDenied",
            Self::InvalidExchangeImpersonationHeaderData => "ErrorInvalidExchangeImpersonationHeaderData",
            Self::MoreThanOneAccessModeSpecified => "ErrorMoreThanOneAccessModeSpecified",
            Self::SchemaValidation => "ErrorSchemaValidation",
            Self::ServerBusy { .. } => "ErrorServerBusy",
        }
    }
}

/// The body of an HTTP 500, `text/xml; charset=utf-8`.
pub fn fault(code: ResponseCode, text: &str) -> Vec<u8> {
    let (name, text) = (code.name(), escape(text));
    let message_xml = match code {
        ResponseCode::ServerBusy { back_off } => format!(
            "<t:MessageXml xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">\
             <t:Value Name=\"BackOffMilliseconds\">{}</t:Value></t:MessageXml>",
            back_off.as_millis()
        ),
        _ => String::new(),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
         <faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:{name}</faultcode>\
         <faultstring xml:lang=\"en-US\">{text}</faultstring><detail>\
         <e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">{name}</e:ResponseCode>\
         <e:Message xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">{text}</e:Message>\
         {message_xml}</detail></s:Fault></s:Body></s:Envelope>"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_exchange_writes_them() {
        let denied = fault(ResponseCode::ImpersonateUserDenied, "No <right> & no mailbox.");
        assert_eq!(
            String::from_utf8_lossy(&denied).replace("><", ">\n<"),
            r#"<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
<s:Body>
<s:Fault>
<faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:ErrorImpersonateUserDenied</faultcode>
<faultstring xml:lang="en-US">No &lt;right&gt; &amp; no mailbox.</faultstring>
<detail>
<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorImpersonateUserDenied</e:ResponseCode>
<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">No &lt;right&gt; &amp; no mailbox.</e:Message>
</detail>
</s:Fault>
</s:Body>
</s:Envelope>"#
        );
    }

    #[test]
    fn a_busy_server_says_for_how_long() {
        let busy = fault(ResponseCode::ServerBusy { back_off: Duration::from_millis(297_749) }, "Later.");
        let busy = String::from_utf8_lossy(&busy).into_owned();
        assert!(
            busy.contains("<t:Value Name=\"BackOffMilliseconds\">297749</t:Value></t:MessageXml></detail>"),
            "{busy}"
        );
    }
}
