//! The consent by which the owner of a mailbox lets Postern sign in there: what is known of it, without its tokens.

use std::time::Duration;

use crate::Timestamp;
use crate::id::AccountId;

/// How long before its end a consent's owner is warned.
pub const WARN_BEFORE: Duration = Duration::from_secs(14 * 24 * 3600);

/// A consent, as far as it may be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    /// Whose mailbox.
    pub account: AccountId,
    /// The provider that was told of it.
    pub provider: String,
    /// Who answered, by the provider's identity token; none: it did not say.
    pub mailbox: Option<String>,
    /// When it was given.
    pub connected_at: Timestamp,
    /// When the provider last issued tokens by it.
    pub refreshed_at: Timestamp,
    /// When a session last signed in by it, written at most once an hour; none: none did since it was given.
    pub used_at: Option<Timestamp>,
    /// When the last access token expires.
    pub access_until: Timestamp,
    /// When the consent itself ends, where the provider says so; many never do.
    pub expires_at: Option<Timestamp>,
    /// When the upstream last refused a fresh access token, if it did since the consent was given.
    pub refused_at: Option<Timestamp>,
    /// Whether it holds.
    pub state: ConsentState,
}

/// Whether a consent holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsentState {
    /// It does.
    Connected {
        /// What went wrong at the last attempt to get tokens; none: nothing.
        problem: Option<ConsentProblem>,
    },
    /// The provider refuses to issue tokens by it: its owner has to give it anew.
    Lapsed(ConsentProblem),
}

/// What went wrong, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentProblem {
    /// What the provider, or the way to it, said.
    pub error: String,
    /// When.
    pub at: Timestamp,
}

/// What the owner of a mailbox is to be told unasked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsentWarning {
    /// It holds no more.
    Lapsed {
        /// Since when.
        at: Timestamp,
    },
    /// It ends soon.
    Ends {
        /// When.
        at: Timestamp,
    },
    /// The upstream does not accept what the provider issues.
    Refused {
        /// When it last refused.
        at: Timestamp,
    },
}

impl Consent {
    /// What its owner is to be told unasked.
    #[must_use]
    pub fn warning(&self, now: Timestamp) -> Option<ConsentWarning> {
        if let ConsentState::Lapsed(problem) = &self.state {
            return Some(ConsentWarning::Lapsed { at: problem.at });
        }
        if let Some(at) = self.expires_at.filter(|at| at.minus(WARN_BEFORE) <= now) {
            return Some(ConsentWarning::Ends { at });
        }
        self.refused_at.map(|at| ConsentWarning::Refused { at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_warned_of_the_worst() {
        let at = |days: u64| Timestamp::from_millis(0).plus(Duration::from_secs(days * 24 * 3600));
        let fine = Consent {
            account: AccountId::from_bytes([1; 16]),
            provider: "exchange".to_owned(),
            mailbox: None,
            connected_at: at(0),
            refreshed_at: at(0),
            used_at: None,
            access_until: at(0),
            expires_at: None,
            refused_at: None,
            state: ConsentState::Connected { problem: None },
        };
        assert_eq!(fine.warning(at(1000)), None);
        let refused = Consent { refused_at: Some(at(3)), ..fine };
        assert_eq!(refused.warning(at(9)), Some(ConsentWarning::Refused { at: at(3) }));
        let ends = Consent { expires_at: Some(at(90)), ..refused };
        assert_eq!(ends.warning(at(75)), Some(ConsentWarning::Refused { at: at(3) }));
        assert_eq!(ends.warning(at(76)), Some(ConsentWarning::Ends { at: at(90) }));
        let problem = ConsentProblem { error: "invalid_grant".to_owned(), at: at(80) };
        let lapsed = Consent { state: ConsentState::Lapsed(problem), ..ends };
        assert_eq!(lapsed.warning(at(81)), Some(ConsentWarning::Lapsed { at: at(80) }));
    }
}
