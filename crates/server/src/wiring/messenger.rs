//! The messenger, as the configuration says.

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, Uri};
use postern_gateway::messenger::{
    MailServer, MessengerConfig, NetworkMessenger, SyslogReceiver, TextGateway, Webhook, webhook_secret,
};
use postern_gateway::{Secret, Trust, UpstreamTls};
use rustls_pki_types::CertificateDer;

use super::{OpenError, host_name};
use crate::config::{self, Config};

/// What reaches people and other systems. Connects to nobody.
///
/// # Errors
/// [`OpenError::Messenger`].
pub fn messenger(config: &Config) -> Result<NetworkMessenger, OpenError> {
    let host_name = config.smtp.host_name.as_ref().map_or_else(host_name, |name| name.0.clone());
    let set_up = MessengerConfig {
        mail: config.mail.as_ref().map(mail),
        texts: config.text_messages.as_ref().and_then(texts),
        webhooks: config.webhooks.iter().filter_map(webhook).collect(),
        syslog: config.syslog.as_ref().map(syslog),
        host_name,
    };
    Ok(NetworkMessenger::new(set_up)?)
}

fn trust(authorities: Option<&Vec<CertificateDer<'static>>>) -> Trust {
    authorities.cloned().map_or(Trust::Platform, Trust::Only)
}

fn mail(mail: &config::Mail) -> MailServer {
    let secret = |secret: &config::Secret| Secret::new(secret.expose().as_bytes().to_vec());
    MailServer {
        host: mail.host.clone(),
        port: mail.port,
        tls: match mail.tls {
            config::UpstreamTls::None => UpstreamTls::None,
            config::UpstreamTls::StartTls => UpstreamTls::StartTls,
            config::UpstreamTls::Implicit => UpstreamTls::Implicit,
        },
        trust: trust(mail.authorities.as_ref()),
        credentials: mail.credentials.as_ref().map(|(user, password)| (user.clone(), secret(password))),
        from: mail.from.clone(),
        administrators: mail.administrators.clone(),
    }
}

/// None never comes: what the configuration took can be an address and headers.
fn texts(texts: &config::TextMessages) -> Option<TextGateway> {
    let mut headers = HeaderMap::new();
    for (name, value) in &texts.headers {
        let mut value = HeaderValue::from_str(value.expose()).ok()?;
        value.set_sensitive(true);
        headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    Some(TextGateway {
        uri: uri(&texts.url)?,
        method: match texts.method {
            config::TextMethod::Post => Method::POST,
            config::TextMethod::Put => Method::PUT,
        },
        headers,
        body: texts.body.clone(),
        success: texts.success.clone(),
        trust: trust(texts.authorities.as_ref()),
    })
}

fn webhook(webhook: &config::Webhook) -> Option<Webhook> {
    Some(Webhook {
        name: webhook.name.clone(),
        uri: uri(&webhook.url)?,
        secret: Secret::new(webhook_secret(webhook.secret.expose())?),
        streams: webhook.streams.clone(),
        trust: trust(webhook.authorities.as_ref()),
    })
}

fn syslog(syslog: &config::Syslog) -> SyslogReceiver {
    SyslogReceiver {
        transport: syslog.transport,
        host: syslog.host.clone(),
        port: syslog.port,
        facility: syslog.facility,
        trust: trust(syslog.authorities.as_ref()),
    }
}

fn uri(url: &config::PostUrl) -> Option<Uri> {
    url.0.parse().ok()
}
