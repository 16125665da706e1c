//! Answers of every kind, hostile ones included, from a server of octets.

use std::time::Duration;

use postern_service::upstream::EndpointUrl;
use postern_testkit::certificates::{BadCertificate, TestAuthority};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::*;

const FORM: &str = "grant_type=client_credentials&client_secret=needle";

/// Answers one connection with these octets and gives what it was sent. Without an answer it says nothing and waits.
async fn server(answer: Option<Vec<u8>>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/token?v=2", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(FORM.as_bytes()) {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        }
        match answer {
            // The client may hang up in the middle of an answer that is too long.
            Some(answer) => drop(stream.write_all(&answer).await),
            None => drop(stream.read_buf(&mut request).await),
        }
        String::from_utf8(request).unwrap()
    });
    (url, serving)
}

async fn ask(endpoint: &HttpTokenEndpoint, url: &str) -> Result<EndpointAnswer, EndpointProblem> {
    let url: EndpointUrl = url.parse().unwrap();
    let authorization = Some(Zeroizing::new("Basic x".to_owned()));
    let form = Zeroizing::new(FORM.to_owned());
    endpoint.post(EndpointRequest { provider: "fake", url: &url, authorization, form }).await
}

async fn answered(answer: &str) -> Result<(u16, Option<u64>, String), EndpointProblem> {
    let (url, serving) = server(Some(answer.as_bytes().to_vec())).await;
    let endpoint = HttpTokenEndpoint::new([]).unwrap();
    let answer = ask(&endpoint, &url).await?;
    serving.await.unwrap();
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    Ok((answer.status, answer.retry_after.map(|wait| wait.as_secs()), body))
}

#[tokio::test]
async fn a_form_is_posted() {
    let answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}";
    let (url, serving) = server(Some(answer.as_bytes().to_vec())).await;
    let endpoint = HttpTokenEndpoint::new([]).unwrap();
    let answer = ask(&endpoint, &url).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
    let host = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap().0;
    let sent = serving.await.unwrap().replace(host, "HOST").replace("\r\n", "\n");
    let sent = sent.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(sent, @r"
    POST /token?v=2 HTTP/1.1
    host: HOST
    accept: application/json
    user-agent: Postern/VERSION
    connection: close
    content-type: application/x-www-form-urlencoded
    authorization: Basic x
    content-length: 50

    grant_type=client_credentials&client_secret=needle
    ");
}

#[tokio::test]
async fn a_document_is_fetched() {
    let keys = "HTTP/1.1 200 OK\r\nContent-Type: application/jwk-set+json\r\nContent-Length: 2\r\n\r\n{}";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        }
        stream.write_all(keys.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    });
    let url: EndpointUrl = format!("http://{host}/realms/staff/keys").parse().unwrap();
    let endpoint = HttpTokenEndpoint::new([]).unwrap();
    let answer = endpoint.get(DocumentRequest { provider: "fake", url: &url }).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
    let sent = serving.await.unwrap().replace(&host, "HOST").replace("\r\n", "\n");
    insta::assert_snapshot!(sent.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r"
    GET /realms/staff/keys HTTP/1.1
    host: HOST
    accept: application/json
    user-agent: Postern/VERSION
    connection: close
    ");
}

#[tokio::test]
async fn errors_come_with_their_status_and_their_wish_for_rest() {
    let json = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"error\":\"x\"}";
    assert_eq!(answered(json).await, Ok((400, None, "{\"error\":\"x\"}".to_owned())));
    let busy = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 17\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>";
    assert_eq!(answered(busy).await, Ok((429, Some(17), String::new())));
}

#[tokio::test]
async fn hostile_answers_are_problems_that_pass() {
    let long = "x".repeat(LONGEST);
    let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    for (answer, problem) in [
        (
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
            EndpointProblem::Redirect,
        ),
        (
            "HTTP/1.1 307 Again\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
            EndpointProblem::Redirect,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
            EndpointProblem::NotJson { status: 200 },
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", EndpointProblem::NotJson { status: 200 }),
        (&format!("{json}Content-Length: {LONGEST}\r\n\r\n{long}"), EndpointProblem::TooLong),
        (
            &format!("{json}Transfer-Encoding: chunked\r\n\r\n{LONGEST:x}\r\n{long}\r\n0\r\n\r\n"),
            EndpointProblem::TooLong,
        ),
        (&format!("{json}Content-Length: 10\r\n\r\n{{"), EndpointProblem::Unreachable),
        (&format!("{json}X: {long}\r\n\r\n"), EndpointProblem::Unreachable),
        ("220 mail.example.test ESMTP\r\n", EndpointProblem::Unreachable),
        ("", EndpointProblem::Unreachable),
    ] {
        assert_eq!(answered(answer).await, Err(problem), "{}", &answer[..answer.len().min(80)]);
    }
}

/// One octet too many.
const LONGEST: usize = 64 * 1024 + 1;

#[tokio::test]
async fn one_that_says_nothing_is_given_up() {
    let (url, _serving) = server(None).await;
    let mut endpoint = HttpTokenEndpoint::new([]).unwrap();
    endpoint.limit = Duration::from_millis(50);
    assert_eq!(ask(&endpoint, &url).await.unwrap_err(), EndpointProblem::TooSlow);
}

/// A server with TLS that counts the octets it is sent inside of it.
async fn tls_server(config: Arc<rustls::ServerConfig>) -> (u16, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(config).accept(stream).await else { return 0 };
        let mut request = Vec::new();
        while !request.ends_with(FORM.as_bytes()) {
            match stream.read_buf(&mut request).await {
                Ok(0) | Err(_) => return request.len(),
                Ok(_) => {}
            }
        }
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        request.len()
    });
    (port, serving)
}

#[tokio::test]
async fn nothing_is_sent_to_whom_the_certificate_does_not_name() {
    let authority = TestAuthority::new("Provider");
    let trust = || [("fake".to_owned(), Trust::Only(authority.certificates()))];
    let endpoint = HttpTokenEndpoint::new(trust()).unwrap();

    let (port, serving) = tls_server(authority.issue(&["localhost"]).server_config()).await;
    assert_eq!(ask(&endpoint, &format!("https://localhost:{port}/")).await.unwrap().status, 200);
    assert!(serving.await.unwrap() > 0);

    for bad in BadCertificate::ALL {
        let (port, serving) = tls_server(bad.identity(&authority).server_config()).await;
        let url = format!("https://{}:{port}/", bad.host());
        let problem = ask(&endpoint, &url).await.unwrap_err();
        assert_eq!(problem, EndpointProblem::Certificate, "{bad:?}");
        assert_eq!(serving.await.unwrap(), 0, "{bad:?}");
    }
}
