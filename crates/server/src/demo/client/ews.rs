//! A plain backup tool: it lists the messages of a mailbox over Exchange Web Services, in the name of its owner.

use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::wire::{connect, in_time, protect, under_tls};
use crate::demo::DemoError;

/// A tool that knows where the service is, and who it is itself.
pub(in crate::demo) struct EwsClient<'a> {
    pub(in crate::demo) from: IpAddr,
    pub(in crate::demo) to: SocketAddr,
    pub(in crate::demo) connector: &'a TlsConnector,
    pub(in crate::demo) user: &'a str,
    pub(in crate::demo) secret: &'a str,
}

/// What came back, and what was said.
pub(in crate::demo) struct EwsAnswer {
    pub(in crate::demo) status: StatusCode,
    pub(in crate::demo) body: String,
    pub(in crate::demo) said: Vec<String>,
}

impl EwsClient<'_> {
    /// Lists the messages of somebody's inbox.
    pub(in crate::demo) async fn find_items(&self, mailbox: &str) -> Result<EwsAnswer, DemoError> {
        let mut said = vec![
            under_tls(self.from, self.to),
            format!("C: POST /EWS/Exchange.asmx, Authorization: Basic <{} and the app password>", self.user),
            format!("C: ExchangeImpersonation: PrimarySmtpAddress {mailbox}; FindItem in the inbox"),
        ];
        let (status, body) = in_time("an answer", self.post(find_items_of(mailbox))).await??;
        let words = match fault(&body) {
            Some((code, text)) => format!("{code}: {text}"),
            None => {
                subjects(&body).map(|subject| format!("Subject {subject}")).collect::<Vec<_>>().join("; ")
            }
        };
        said.push(format!("S: {status}; {words}"));
        Ok(EwsAnswer { status, body, said })
    }

    async fn post(&self, body: String) -> Result<(StatusCode, String), DemoError> {
        let stream = protect(connect(self.from, self.to).await?, self.to, self.connector).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let request = self.request(body)?;
        let exchange = async {
            let answer = sender.send_request(request).await?;
            let status = answer.status();
            let body = answer.into_body().collect().await?.to_bytes();
            Ok((status, String::from_utf8_lossy(&body).into_owned()))
        };
        tokio::select! {
            // The connection ends when the exchange has dropped it, or because it broke: the exchange knows.
            biased;
            answer = exchange => answer,
            Err(error) = connection => Err(error.into()),
        }
    }

    fn request(&self, body: String) -> Result<Request<String>, DemoError> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.secret));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        let request = Request::post("/EWS/Exchange.asmx")
            .header(HOST, self.to.to_string())
            .header(AUTHORIZATION, format!("Basic {}", *encoded))
            .header(USER_AGENT, "nightly-backup/1.0")
            .header(CONTENT_TYPE, "text/xml; charset=utf-8");
        Ok(request.body(body)?)
    }
}

impl EwsAnswer {
    /// The subjects of the messages in it.
    pub(in crate::demo) fn subjects(&self) -> Vec<&str> {
        subjects(&self.body).collect()
    }

    /// Code and text, when it is a fault.
    pub(in crate::demo) fn fault(&self) -> Option<(&str, &str)> {
        fault(&self.body)
    }
}

/// The request for the messages in somebody's inbox.
pub(in crate::demo) fn find_items_of(mailbox: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"\n\
         \x20   xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"\n\
         \x20   xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">\n\
         \x20 <s:Header>\n\
         \x20   <t:ExchangeImpersonation><t:ConnectingSID>\n\
         \x20     <t:PrimarySmtpAddress>{mailbox}</t:PrimarySmtpAddress>\n\
         \x20   </t:ConnectingSID></t:ExchangeImpersonation>\n\
         \x20 </s:Header>\n\
         \x20 <s:Body>\n\
         \x20   <m:FindItem Traversal=\"Shallow\">\n\
         \x20     <m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>\n\
         \x20     <m:ParentFolderIds><t:DistinguishedFolderId Id=\"inbox\"/></m:ParentFolderIds>\n\
         \x20   </m:FindItem>\n\
         \x20 </s:Body>\n\
         </s:Envelope>\n"
    )
}

fn subjects(body: &str) -> impl Iterator<Item = &str> {
    body.split("<t:Subject>").skip(1).filter_map(|rest| rest.split_once('<')).map(|(subject, _)| subject)
}

fn fault(body: &str) -> Option<(&str, &str)> {
    let inner = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name} "))?.1.split_once('>')?;
        rest.split_once('<').map(|(text, _)| text)
    };
    Some((inner("e:ResponseCode")?, inner("e:Message")?))
}
