//! `[text_messages]`: the gateway that sends text messages.

use std::path::Path;

use postern_gateway::messenger::BodyTemplate;
use rustls_pki_types::CertificateDer;

use super::{CA_FILE, PostUrl, list, text};
use crate::config::entries::Entries;
use crate::config::files::read_secret;
use crate::config::mistake::Problem;
use crate::config::provider::read_authorities;
use crate::config::schema::{Absent, Section};
use crate::config::value::{Secret, Value};

/// The section's table.
pub(in crate::config) static SECTION: Section = Section {
    path: "text_messages",
    repeated: false,
    summary: "The service that sends text messages with codes, asked over HTTP. Whether such codes may be used at all is the \
              setting `text_message_codes`.",
    keys: &[
        text("url", Absent::Required, "Where the request goes. `https://`; on this machine `http://` too."),
        text("method", Absent::Default("POST"), "`POST` or `PUT`."),
        list(
            "headers",
            Absent::Means("none"),
            "Headers, each as `\"Name: value\"`. A value `@FILE` is the content of that file: for secrets.",
        ),
        text("format", Absent::Default("json"), "How the body is written: `json` or `form`."),
        text(
            "body",
            Absent::Required,
            "The body, with `{to}` and `{text}` inside of its values: `{\"to\": \"{to}\", \"body\": \"{text}\"}`, or as a form \
             `To={to}&Body={text}`. Both are written as values, whatever they hold.",
        ),
        list(
            "success",
            Absent::Means("200 to 299"),
            "The HTTP statuses that mean that the message was taken, as in `[\"200\", \"202\"]`.",
        ),
        CA_FILE,
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMessages {
    /// Where to.
    pub url: PostUrl,
    /// `POST` or `PUT`.
    pub method: Method,
    /// Name and value.
    pub headers: Vec<(String, Secret)>,
    /// The body.
    pub body: BodyTemplate,
    /// The statuses of success; none: 200 to 299.
    pub success: Vec<u16>,
    /// The only authorities of its certificate; none: this machine's.
    pub authorities: Option<Vec<CertificateDer<'static>>>,
}

/// The method of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Value for Method {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "POST" => Ok(Self::Post),
            "PUT" => Ok(Self::Put),
            _ => Err("write POST or PUT".to_owned()),
        }
    }
}

enum Format {
    Json,
    Form,
}

impl Value for Format {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "form" => Ok(Self::Form),
            _ => Err("write json or form".to_owned()),
        }
    }
}

struct Status(u16);

impl Value for Status {
    fn read(text: &str) -> Result<Self, String> {
        let status = text.parse().ok().filter(|status| (200..=299).contains(status));
        status.map(Self).ok_or_else(|| "a status of success is a number from 200 to 299".to_owned())
    }
}

struct Header {
    name: String,
    value: String,
}

impl Value for Header {
    fn read(text: &str) -> Result<Self, String> {
        let expected = || "write a header as \"Name: value\" or \"Name: @FILE\"".to_owned();
        let (name, value) = text.split_once(':').ok_or_else(expected)?;
        let token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let visible = |text: &str| text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        let value = value.trim();
        if name.is_empty() || !name.chars().all(token) || value.is_empty() || !visible(value) {
            return Err(expected());
        }
        Ok(Self { name: name.to_ascii_lowercase(), value: value.to_owned() })
    }
}

pub(in crate::config) fn read(entries: &mut Entries, folder: &Path) -> Option<TextMessages> {
    if entries.line() == 0 {
        return None;
    }
    let url = entries.required::<PostUrl>("url");
    let method = entries.with_default::<Method>("method");
    let written = entries.list::<Header>("headers");
    let format = entries.with_default::<Format>("format");
    let body = entries.required::<String>("body").and_then(|body| {
        let template = match format {
            Format::Json => BodyTemplate::json(&body),
            Format::Form => BodyTemplate::form(&body),
        };
        let unfit = |error: postern_gateway::messenger::InvalidTemplate| Problem::Unfit {
            value: body.clone(),
            expected: error.to_string(),
        };
        template.map_err(|error| entries.complain("body", unfit(error))).ok()
    });
    let success = entries.list::<Status>("success").into_iter().map(|status| status.0).collect();
    let authorities = read_authorities(entries, folder);
    let headers = headers(entries, written, folder);
    Some(TextMessages {
        url: url?,
        method,
        headers: headers?,
        body: body?,
        success,
        authorities: authorities?,
    })
}

fn headers(entries: &mut Entries, written: Vec<Header>, folder: &Path) -> Option<Vec<(String, Secret)>> {
    let mut headers = Vec::with_capacity(written.len());
    for Header { name, value } in written {
        let value = match value.strip_prefix('@') {
            Some(file) => match read_secret(&folder.join(file)) {
                Ok(secret) if secret.expose().chars().all(|c| c.is_ascii_graphic() || c == ' ') => secret,
                Ok(_) => {
                    let text = "a file of a header's value holds one line of printable ASCII";
                    entries.complain("headers", Problem::Clash(text));
                    return None;
                }
                Err(problem) => {
                    entries.complain("headers", problem);
                    return None;
                }
            },
            None => Secret::new(&value),
        };
        headers.push((name, value));
    }
    Some(headers)
}
