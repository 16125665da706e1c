//! Asks the endpoints of OAuth 2.0 and identity providers: HTTP/1.1 over TLS, one connection for each question, as there is one an
//! hour. Whatever comes back that is not an answer is a problem that passes: nothing here is fatal.

mod send;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Uri};
use http_body_util::Full;
use hyper::body::Bytes;
use postern_service::upstream::{
    DocumentRequest, EndpointAnswer, EndpointProblem, EndpointRequest, EndpointUrl, TokenEndpoint,
};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::Trust;
use crate::tls::client_config;

/// From the name's look-up to the answer's last octet.
const LIMIT: Duration = Duration::from_secs(10);

/// The endpoints of providers, over the network.
#[derive(Debug)]
pub struct HttpTokenEndpoint {
    /// By the provider's name.
    tls: HashMap<String, Arc<ClientConfig>>,
    limit: Duration,
}

impl HttpTokenEndpoint {
    /// For these providers, each with who vouches for its certificate.
    ///
    /// # Errors
    /// [`rustls::Error`] when an authority cannot be used.
    pub fn new(providers: impl IntoIterator<Item = (String, Trust)>) -> Result<Self, rustls::Error> {
        let tls = providers.into_iter().map(|(name, trust)| Ok((name, client_config(&trust, None)?)));
        Ok(Self { tls: tls.collect::<Result<_, rustls::Error>>()?, limit: LIMIT })
    }

    /// One question, built for the address that it goes to.
    async fn exchange(
        &self,
        provider: &str,
        url: &EndpointUrl,
        build: impl FnOnce(&Uri) -> Option<Request<Full<Bytes>>>,
    ) -> Result<EndpointAnswer, EndpointProblem> {
        let uri: Uri = url.as_str().parse().map_err(|_| EndpointProblem::NotSetUp)?;
        let request = build(&uri).ok_or(EndpointProblem::NotSetUp)?;
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let connected = TcpStream::connect((host.as_str(), port)).await;
        let stream = connected.map_err(|_| EndpointProblem::Unreachable)?;
        if !secure {
            return send::send(stream, request).await;
        }
        let config = self.tls.get(provider).ok_or(EndpointProblem::NotSetUp)?;
        let name = ServerName::try_from(host).map_err(|_| EndpointProblem::NotSetUp)?;
        let protected = TlsConnector::from(Arc::clone(config)).connect(name, stream).await;
        send::send(protected.map_err(|error| tls_problem(&error))?, request).await
    }
}

#[async_trait]
impl TokenEndpoint for HttpTokenEndpoint {
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        let exchange = self.exchange(request.provider, request.url, |uri| send::form(uri, &request));
        tokio::time::timeout(self.limit, exchange).await.unwrap_or(Err(EndpointProblem::TooSlow))
    }

    async fn get(&self, request: DocumentRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        let exchange = self.exchange(request.provider, request.url, send::question);
        tokio::time::timeout(self.limit, exchange).await.unwrap_or(Err(EndpointProblem::TooSlow))
    }
}

fn tls_problem(error: &std::io::Error) -> EndpointProblem {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            EndpointProblem::Certificate
        }
        _ => EndpointProblem::Unreachable,
    }
}

#[cfg(test)]
mod tests;
