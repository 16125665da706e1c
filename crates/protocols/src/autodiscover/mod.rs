//! Autodiscover answers (MS-OXDSCLI, MS-OXWSADISC, JSON v2): the names of the upstream in them become the gateway's.
//!
//! A program goes where the answer sends it, with its app password. So nothing that cannot be read is passed on, and no
//! redirect to a place that is not behind the gateway. Everything else stays as it is, octet for octet.

mod json;
mod names;
mod xml;

pub use names::Rewriter;

use crate::xml::XmlProblem;

/// The longest answer taken, in octets. Real ones have 2 to 10 KiB.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// POX (`autodiscover.xml`) and SOAP (`autodiscover.svc`).
    Xml,
    /// `autodiscover.json`.
    Json,
}

impl Format {
    /// The format that a `Content-Type` announces; `None` when it is neither, or not in UTF-8.
    pub fn of(content_type: &str) -> Option<Self> {
        let mut parts = content_type.split(';');
        let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_utf8 = parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        });
        match media_type.as_str() {
            _ if !is_utf8 => None,
            "text/xml" | "application/xml" | "application/soap+xml" => Some(Self::Xml),
            "application/json" | "text/json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Why an answer is not passed on: the upstream's fault, or our configuration's. The door answers 502.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// More than [`MAX_ANSWER`] octets.
    #[error("the Autodiscover answer is longer than 1 MiB")]
    TooLong,
    /// XML that cannot be read.
    #[error("the Autodiscover answer is not taken: {0}")]
    Xml(#[from] XmlProblem),
    /// JSON that cannot be read.
    #[error("the Autodiscover answer is not valid JSON")]
    Json,
    /// A redirect to a host or a mail domain that is not behind the gateway: the program would take its app password
    /// there. The remedy is to name the host or the domain in the configuration.
    #[error("the Autodiscover answer redirects to a place that is not behind the gateway")]
    ForeignRedirect,
    /// A URL of the upstream where none is expected: in an attribute.
    #[error("the Autodiscover answer has a URL in an unexpected place")]
    UnexpectedUrl,
}

impl Rewriter {
    /// The answer with the gateway's names in it.
    ///
    /// # Errors
    ///
    /// See [`AnswerProblem`].
    pub fn rewrite(&self, format: Format, answer: &[u8]) -> Result<Vec<u8>, AnswerProblem> {
        if answer.len() > MAX_ANSWER {
            return Err(AnswerProblem::TooLong);
        }
        match format {
            Format::Xml => xml::rewrite(self, answer),
            Format::Json => json::rewrite(self, answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (content_type, format) in [
            ("text/xml; charset=utf-8", Some(Format::Xml)),
            ("Application/SOAP+xml;charset=\"UTF-8\"; action=x", Some(Format::Xml)),
            ("application/json", Some(Format::Json)),
            ("text/xml; charset=utf-16", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(Format::of(content_type), format, "{content_type}");
        }
    }

    #[test]
    fn too_long() {
        let rewriter = Rewriter::new("gateway.example");
        assert_eq!(rewriter.rewrite(Format::Json, &vec![b' '; MAX_ANSWER + 1]), Err(AnswerProblem::TooLong));
    }
}
