//! How far the person behind a request got, as extractors: a page behind sign-in cannot be written without one.

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;
use postern_domain::account::Account;
use postern_service::By;
use postern_service::portal::{FullSession, HalfSession, PortalSession, SessionToken, Standing};

use crate::answer::Stop;
use crate::cookies;
use crate::form::FormToken;
use crate::middleware::Visit;
use crate::next::Next;
use crate::page::{Chrome, go};
use crate::portal::{Portal, paths};

/// Somebody who is in.
pub(crate) struct Inside {
    pub(crate) visit: Visit,
    pub(crate) session: FullSession,
    pub(crate) token: FormToken,
}

/// Somebody whose account password was right, and who has to give a second factor.
pub(crate) struct Halfway {
    pub(crate) visit: Visit,
    pub(crate) session: HalfSession,
    pub(crate) token: FormToken,
}

/// Somebody who may register a method: who must before getting in, or who is in.
pub(crate) enum Registrant {
    Must(Halfway),
    Inside(Inside),
}

impl Inside {
    /// A session whose token was rotated just now: the answer sets the new cookie.
    pub(crate) fn rotated(visit: Visit, token: &SessionToken, session: FullSession) -> Self {
        visit.set_cookie(cookies::set_session(token));
        Self { visit, session, token: FormToken::of_session(token) }
    }

    pub(crate) fn by(&self) -> By<'_> {
        By::Session(&self.session)
    }

    pub(crate) const fn account(&self) -> &Account {
        self.session.account()
    }
}

impl Registrant {
    pub(crate) const fn session(&self) -> &PortalSession {
        match self {
            Self::Must(halfway) => halfway.session.session(),
            Self::Inside(inside) => inside.session.session(),
        }
    }

    pub(crate) const fn account(&self) -> &Account {
        match self {
            Self::Must(halfway) => halfway.session.account(),
            Self::Inside(inside) => inside.account(),
        }
    }

    pub(crate) fn token(&self) -> FormToken {
        match self {
            Self::Must(halfway) => halfway.token.clone(),
            Self::Inside(inside) => inside.token.clone(),
        }
    }

    /// What is around a page of registration.
    pub(crate) fn chrome(&self, portal: &Portal) -> Chrome {
        match self {
            Self::Must(halfway) => Chrome::outside(portal, &halfway.visit),
            Self::Inside(inside) => Chrome::inside(portal, inside),
        }
    }

    pub(crate) fn into_visit(self) -> Visit {
        match self {
            Self::Must(halfway) => halfway.visit,
            Self::Inside(inside) => inside.visit,
        }
    }
}

/// Where the person stands: their place, or the way to it as an answer.
async fn standing(parts: &mut Parts, portal: &Portal) -> Result<(Visit, FormToken, Standing), Stop> {
    let visit = Visit::from_request_parts(parts, portal).await?;
    // What was asked by GET can be asked again after sign-in. A form cannot: its session is over.
    let next = match parts.method {
        Method::GET => Next::or_home(parts.uri.path_and_query().map_or("", |path| path.as_str())),
        _ => Next::or_home(""),
    };
    let Some(token) = cookies::session(&parts.headers) else {
        return Err(go(&next.after(paths::SIGN_IN)).into());
    };
    let form_token = FormToken::of_session(&token);
    match portal.service.resume_portal_session(&token).await {
        Ok(Some(standing)) => Ok((visit, form_token, standing)),
        Ok(None) => {
            visit.set_cookie(cookies::forget_session());
            Err(go(&next.after(&format!("{}?done=session-over", paths::SIGN_IN))).into())
        }
        Err(failure) => Err(failure.into()),
    }
}

impl FromRequestParts<Portal> for Inside {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Stop> {
        let (visit, token, standing) = standing(parts, portal).await?;
        match standing {
            Standing::Full(session) => Ok(Self { visit, session, token }),
            Standing::AwaitingSecondFactor(_) => Err(go(paths::CODE).into()),
            Standing::MustRegister(_) => Err(go(paths::REGISTER).into()),
        }
    }
}

impl FromRequestParts<Portal> for Halfway {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Stop> {
        let (visit, token, standing) = standing(parts, portal).await?;
        match standing {
            Standing::AwaitingSecondFactor(session) => Ok(Self { visit, session, token }),
            Standing::MustRegister(_) => Err(go(paths::REGISTER).into()),
            Standing::Full(_) => Err(go(crate::next::HOME).into()),
        }
    }
}

impl FromRequestParts<Portal> for Registrant {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Stop> {
        let (visit, token, standing) = standing(parts, portal).await?;
        match standing {
            Standing::MustRegister(session) => Ok(Self::Must(Halfway { visit, session, token })),
            Standing::Full(session) => Ok(Self::Inside(Inside { visit, session, token })),
            Standing::AwaitingSecondFactor(_) => Err(go(paths::CODE).into()),
        }
    }
}
