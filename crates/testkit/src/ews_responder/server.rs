//! The HTTP of the responder.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::{EwsRequest, Shared, answers};

/// Serves one connection to its end.
pub(super) async fn serve(shared: Shared, acceptor: Option<TlsAcceptor>, stream: TcpStream) {
    let service = service_fn(move |request| answer(shared.clone(), request));
    let http = hyper::server::conn::http1::Builder::new();
    // How a connection ended is for the client to say.
    let _ = match acceptor {
        None => http.serve_connection(TokioIo::new(stream), service).await,
        Some(acceptor) => match acceptor.accept(stream).await {
            Ok(stream) => http.serve_connection(TokioIo::new(stream), service).await,
            Err(_) => return,
        },
    };
}

async fn answer(shared: Shared, request: Request<Incoming>) -> Result<Response<Answer>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = String::from_utf8_lossy(&read(body).await?).into_owned();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        fields
            .entry(name.as_str().to_owned())
            .and_modify(|earlier| {
                earlier.push_str(", ");
                earlier.push_str(&value);
            })
            .or_insert_with(|| value.clone().into_owned());
    }
    let is_admitted = shared.demand.is_met(&fields);
    let operation = answers::operation(&body).unwrap_or_default().to_owned();
    let request = EwsRequest {
        impersonated: answers::impersonated(&body),
        target: head.uri.to_string(),
        operation: operation.clone(),
        fields,
        body,
        is_admitted,
    };
    let answer = match is_admitted {
        false => unauthorized(),
        true if request.target.to_ascii_lowercase().starts_with("/autodiscover/") => {
            xml(StatusCode::OK, Answer::Whole(Some(answers::autodiscover(&request.body, shared.port).into())))
        }
        true => admitted(&shared, &operation),
    };
    shared.note(|notes| notes.requests.push(request));
    Ok(answer)
}

fn admitted(shared: &Shared, operation: &str) -> Response<Answer> {
    let (status, body) = if operation == "GetStreamingEvents" {
        let (sender, receiver) = mpsc::unbounded_channel();
        // The client waits for the first envelope.
        let _ = sender.send(Bytes::from(answers::connection_open()));
        shared.note(|notes| notes.streams.push(sender));
        (StatusCode::OK, Answer::Stream(receiver))
    } else {
        match answers::to(operation) {
            Some(body) => (StatusCode::OK, Answer::Whole(Some(body.into()))),
            None => (StatusCode::INTERNAL_SERVER_ERROR, Answer::Whole(Some(answers::unknown().into()))),
        }
    };
    xml(status, body)
}

fn xml(status: StatusCode, body: Answer) -> Response<Answer> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, "text/xml; charset=utf-8".parse().expect("a field value"));
    response
}

/// With the challenges that Exchange has, which a gateway must not pass on.
fn unauthorized() -> Response<Answer> {
    let mut response = Response::new(Answer::Whole(None));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    for challenge in ["Negotiate", "NTLM", "Basic realm=\"upstream\""] {
        response.headers_mut().append(WWW_AUTHENTICATE, challenge.parse().expect("a field value"));
    }
    response
}

async fn read(mut body: Incoming) -> Result<Vec<u8>, hyper::Error> {
    let mut octets = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Some(data) = frame?.data_ref() {
            octets.extend_from_slice(data);
        }
    }
    Ok(octets)
}

/// The body of an answer: whole, or a stream of envelopes that lasts until its sender is dropped.
pub(super) enum Answer {
    Whole(Option<Bytes>),
    Stream(mpsc::UnboundedReceiver<Bytes>),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut *self {
            Self::Whole(body) => Poll::Ready(body.take()),
            Self::Stream(receiver) => receiver.poll_recv(context),
        };
        next.map(|octets| octets.map(|octets| Ok(Frame::data(octets))))
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match self {
            Self::Whole(body) => {
                hyper::body::SizeHint::with_exact(body.as_ref().map_or(0, |body| body.len() as u64))
            }
            Self::Stream(_) => hyper::body::SizeHint::default(),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }
}
