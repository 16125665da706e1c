//! The consent to a mailbox as its owner sees it.

use postern_domain::Timestamp;
use postern_domain::consent::{Consent, ConsentState, ConsentWarning};
use postern_service::upstream::ConsentOffer;

use super::{Moment, Tone};

/// A provider, and the consent there, as the owner sees them.
pub(crate) struct ConsentView {
    pub(crate) provider: String,
    pub(crate) state: &'static str,
    pub(crate) tone: Tone,
    /// None: not connected.
    pub(crate) consent: Option<ConsentDetails>,
}

/// What is known of a consent.
pub(crate) struct ConsentDetails {
    pub(crate) mailbox: Option<String>,
    pub(crate) connected: Moment,
    pub(crate) refreshed: Moment,
    pub(crate) access_until: Moment,
    pub(crate) expires: Option<Moment>,
    /// What went wrong last.
    pub(crate) problem: Option<(String, Moment)>,
}

impl ConsentView {
    pub(crate) fn new(offer: &ConsentOffer, now: Timestamp) -> Self {
        let warning = offer.consent.as_ref().and_then(|consent| consent.warning(now));
        let (state, tone) = match (&offer.consent, &warning) {
            (None, _) => ("Not connected", Tone::Waiting),
            (_, Some(ConsentWarning::Lapsed { .. })) => ("Lapsed", Tone::Ended),
            (_, Some(ConsentWarning::Ends { .. })) => ("Ends soon", Tone::Waiting),
            (_, Some(ConsentWarning::Refused { .. })) => ("Refused by the mail server", Tone::Waiting),
            (Some(_), None) => ("Connected", Tone::Good),
        };
        let consent = offer.consent.as_ref().map(|consent| ConsentDetails::new(consent, now));
        Self { provider: offer.provider.clone(), state, tone, consent }
    }
}

impl ConsentDetails {
    fn new(consent: &Consent, now: Timestamp) -> Self {
        let moment = |at| Moment::new(at, now);
        let problem = match &consent.state {
            ConsentState::Connected { problem } => problem.as_ref(),
            ConsentState::Lapsed(problem) => Some(problem),
        };
        Self {
            mailbox: consent.mailbox.clone(),
            connected: moment(consent.connected_at),
            refreshed: moment(consent.refreshed_at),
            access_until: moment(consent.access_until),
            expires: consent.expires_at.map(moment),
            problem: problem.map(|problem| (problem.error.clone(), moment(problem.at))),
        }
    }
}

/// What the owner is told unasked, with the provider's name.
pub(crate) fn warning(consent: &Consent, now: Timestamp) -> Option<String> {
    let provider = &consent.provider;
    let moment = |at| Moment::new(at, now);
    Some(match consent.warning(now)? {
        ConsentWarning::Lapsed { at } => format!(
            "The connection to {provider} lapsed {}. Programs that use your mailbox are told to try again later until you connect it again.",
            moment(at).near
        ),
        ConsentWarning::Ends { at } => format!(
            "The connection to {provider} ends {} ({}). Connect the mailbox again before that.",
            moment(at).near,
            moment(at).date
        ),
        ConsentWarning::Refused { at } => format!(
            "The mail server refused what {provider} issued for your mailbox, last {}. Programs are told to try again later. Connecting it again may help; if not, your administrator has to look at the mailbox.",
            moment(at).near
        ),
    })
}
