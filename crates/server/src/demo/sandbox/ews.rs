//! The sandbox Exchange: it answers GetFolder and FindItem for the inbox of whoever the gateway names in a header, and
//! takes no other word for it.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Collected};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::post::Post;

/// The header in which the gateway names whose mailbox is opened.
pub(in crate::demo) const IDENTITY_HEADER: &str = "X-Sandbox-Mailbox";

/// One connection.
pub(super) async fn session(stream: TcpStream, post: Arc<Post>) {
    let service = service_fn(move |request| answer(Arc::clone(&post), request));
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(post: Arc<Post>, request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let (head, body) = request.into_parts();
    let Some(mailbox) = mailbox(&head.headers) else {
        return Ok(xml(StatusCode::UNAUTHORIZED, String::new()));
    };
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let body = String::from_utf8_lossy(&body);
    let subjects: Vec<_> = post.of(&mailbox).iter().map(|mail| mail.subject.clone()).collect();
    Ok(if body.contains(":FindItem") {
        xml(StatusCode::OK, success("FindItem", &found(&subjects)))
    } else if body.contains(":GetFolder") {
        xml(StatusCode::OK, success("GetFolder", &folder(subjects.len())))
    } else {
        let fault =
            "<s:Fault><faultcode>s:Client</faultcode><faultstring>Not in the sandbox</faultstring></s:Fault>";
        xml(StatusCode::INTERNAL_SERVER_ERROR, envelope(fault))
    })
}

/// Whose mailbox it is. An app password never comes here: a request that carries credentials names nobody.
fn mailbox(headers: &HeaderMap) -> Option<String> {
    let named = headers.get(IDENTITY_HEADER).filter(|_| !headers.contains_key(AUTHORIZATION))?;
    named.to_str().ok().map(str::to_owned)
}

fn found(subjects: &[String]) -> String {
    let item = |(position, subject): (usize, &String)| {
        let subject = subject.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!(
            "<t:Message><t:ItemId Id=\"{}\" ChangeKey=\"1\"/><t:Subject>{subject}</t:Subject></t:Message>",
            position + 1
        )
    };
    format!(
        "<m:RootFolder TotalItemsInView=\"{}\" IncludesLastItemInRange=\"true\"><t:Items>{}</t:Items></m:RootFolder>",
        subjects.len(),
        subjects.iter().enumerate().map(item).collect::<String>()
    )
}

fn folder(count: usize) -> String {
    format!(
        "<m:Folders><t:Folder><t:FolderId Id=\"inbox\" ChangeKey=\"1\"/><t:DisplayName>Inbox</t:DisplayName>\
         <t:TotalCount>{count}</t:TotalCount></t:Folder></m:Folders>"
    )
}

fn success(operation: &str, content: &str) -> String {
    envelope(&format!(
        "<m:{operation}Response xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
         xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><m:ResponseMessages>\
         <m:{operation}ResponseMessage ResponseClass=\"Success\"><m:ResponseCode>NoError</m:ResponseCode>{content}\
         </m:{operation}ResponseMessage></m:ResponseMessages></m:{operation}Response>"
    ))
}

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>\n"
    )
}

fn xml(status: StatusCode, body: String) -> Response<String> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    answer
}
