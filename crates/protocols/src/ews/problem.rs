//! Why a request is not passed on.

use super::fault::ResponseCode;
use crate::xml::XmlProblem;

/// What is wrong with a SOAP request. All of these are the client's mistakes or its attempts; none is a wrong secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderProblem {
    /// More than [`super::MAX_HEADER`] octets before the Body.
    #[error("the SOAP header is longer than 64 KiB")]
    TooLong,
    /// A tag of more than [`super::MAX_HEADER`] octets in the Body.
    #[error("the SOAP body has an oversized tag")]
    TagTooLong,
    /// No XML of the kind that is taken.
    #[error("the request is not taken: {0}")]
    Xml(#[from] XmlProblem),
    /// The outermost element is no SOAP envelope.
    #[error("the request is not a SOAP envelope")]
    NoEnvelope,
    /// Something else in the envelope than one Header and then one Body.
    #[error("the SOAP envelope holds something else than one Header and one Body")]
    Envelope,
    /// Text where only elements belong.
    #[error("the SOAP header has text where none belongs")]
    StrayText,
    /// A header element of Exchange's own namespaces that is not known to be harmless.
    #[error("the SOAP header has an element that is not passed on")]
    UnknownHeader,
    /// A header element that claims another identity or more rights: `SerializedSecurityContext`, `ManagementRole`,
    /// `OpenAsAdminOrSystemService`, the `Proxy…` headers, WS-Security.
    #[error("the SOAP header claims rights that are not given here")]
    AccessMode,
    /// `ExchangeImpersonation` in another namespace, spelling or place than the right one.
    #[error("ExchangeImpersonation stands where it has no meaning")]
    MisplacedImpersonation,
    /// `ExchangeImpersonation` twice.
    #[error("the SOAP header has several impersonations")]
    SeveralImpersonations,
    /// No `ConnectingSID` with exactly one identity of a known kind in it.
    #[error("the impersonation does not name exactly one mailbox")]
    Impersonation,
    /// An attribute that could send the impersonation to somebody else or change its type.
    #[error("the impersonation has an attribute that is not taken")]
    ImpersonationAttribute,
    /// An identity that is empty, longer than [`super::MAX_IDENTITY`], or has anything in it that an address without quotes
    /// has not: white space, other letters than ASCII, colons, markup, a comment.
    #[error("the impersonation's identity is malformed")]
    Identity,
}

impl HeaderProblem {
    /// The code of Exchange's that says the same, for [`super::fault()`].
    pub fn response_code(self) -> ResponseCode {
        match self {
            Self::AccessMode | Self::SeveralImpersonations => ResponseCode::MoreThanOneAccessModeSpecified,
            Self::MisplacedImpersonation
            | Self::Impersonation
            | Self::ImpersonationAttribute
            | Self::Identity => ResponseCode::InvalidExchangeImpersonationHeaderData,
            Self::TooLong
            | Self::TagTooLong
            | Self::Xml(_)
            | Self::NoEnvelope
            | Self::Envelope
            | Self::StrayText
            | Self::UnknownHeader => ResponseCode::SchemaValidation,
        }
    }
}
