//! Why nobody was let in through an outside identity provider: what happened, whose fault it is, what to do.

use askama::Template;
use http::StatusCode;
use postern_service::outside::OutsideError;

use super::Portal;
use crate::answer::Answer;
use crate::middleware::Visit;
use crate::page::{self, Chrome, go, session_over};
use crate::portal::paths;
use crate::portal::sign_in::sentence;

#[derive(Template)]
#[template(path = "outside_refused.html")]
struct RefusedPage {
    chrome: Chrome,
    heading: String,
    /// What happened; a provider's own words stand in it as text.
    what: String,
    whose: &'static str,
    remedy: &'static str,
    /// Whether linking the account is the way on.
    link: bool,
}

/// What a page says beside what happened.
struct Words {
    status: StatusCode,
    heading: String,
    whose: &'static str,
    remedy: &'static str,
}

/// The page of an error.
pub(super) fn page(portal: &Portal, visit: &Visit, error: OutsideError) -> Answer {
    let words = match words(&error) {
        Ok(words) => words,
        Err(Elsewhere::StepUp) => return Ok(go(paths::LINK_IDENTITY)),
        Err(Elsewhere::SignIn) => return Ok(session_over()),
        Err(Elsewhere::Failure) => {
            return match error {
                OutsideError::Failure(failure) => Err(failure.into()),
                _ => Ok(go(paths::SIGN_IN)),
            };
        }
    };
    let page = RefusedPage {
        chrome: Chrome::outside(portal, visit),
        link: matches!(error, OutsideError::NotLinked { .. }),
        what: sentence(&error),
        heading: words.heading,
        whose: words.whose,
        remedy: words.remedy,
    };
    Ok(page::html(words.status, &page)?)
}

/// What is no page of this kind.
enum Elsewhere {
    StepUp,
    SignIn,
    Failure,
}

fn words(error: &OutsideError) -> Result<Words, Elsewhere> {
    let (status, heading, whose, remedy) = match error {
        OutsideError::Failure(_) => return Err(Elsewhere::Failure),
        OutsideError::StepUpNeeded => return Err(Elsewhere::StepUp),
        OutsideError::SessionOver => return Err(Elsewhere::SignIn),
        OutsideError::UnknownRequest | OutsideError::NoSuchProvider => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This sign-in cannot be finished".to_owned(),
            "Nobody did anything wrong: the page may be old, or was opened a second time.",
            "Begin again on the sign-in page. Cookies must be allowed for this site.",
        ),
        OutsideError::OtherProvider => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The answer came from somebody else".to_owned(),
            "The fault is neither yours nor ours. If you did not begin to sign in just now, somebody sent you a link that you should not follow.",
            "Begin again on the sign-in page.",
        ),
        OutsideError::Denied { provider, .. } => (
            StatusCode::FORBIDDEN,
            format!("{provider} did not sign you in"),
            "These are the words of the identity provider, not ours.",
            "Begin again, or ask whoever runs it.",
        ),
        OutsideError::Unavailable { provider, .. } => (
            StatusCode::BAD_GATEWAY,
            format!("{provider} does not work right now"),
            "This is not your fault: the identity provider, or what we know of it, is at fault.",
            "Sign in with your account password, or try again in a minute. If it stays like this, tell your administrator what stands above.",
        ),
        OutsideError::Answer { provider, .. } => (
            StatusCode::BAD_GATEWAY,
            format!("{provider} gave an answer that does not hold"),
            "This is not your fault, and nobody was signed in.",
            "Begin again. If it stays like this, tell your administrator the reference above.",
        ),
        OutsideError::NotLinked { .. } => (
            StatusCode::FORBIDDEN,
            "Your account is not linked yet".to_owned(),
            "The identity provider knows you, and this portal does not know which account is yours.",
            "Sign in once with your account password and link the two; from then on this button is enough. Without a password, ask your administrator, with the reference above.",
        ),
        OutsideError::Blocked { .. } => (
            StatusCode::FORBIDDEN,
            "This account may not sign in".to_owned(),
            "The identity provider did its part; an administrator has closed the account here.",
            "Ask your administrator, with the reference above.",
        ),
        OutsideError::LinkedElsewhere { .. } | OutsideError::TooMany { .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Nothing was linked".to_owned(),
            "Whoever is linked to one account cannot open another.",
            "Sign in there as somebody else, or unlink the other account first.",
        ),
        OutsideError::OtherPerson { .. } | OutsideError::NotFresh { .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "That did not confirm that it is you".to_owned(),
            "Nothing was changed, and you are still signed in.",
            "Confirm again, with your second factor; or register a method of this portal on Security info.",
        ),
    };
    Ok(Words { status, heading, whose, remedy })
}
