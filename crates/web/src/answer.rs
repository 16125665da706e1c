//! What a page's handler gives: an answer, or the answer that stopped it on the way.

use axum::response::{IntoResponse, Response};
use postern_service::Failure;

use crate::problem::Problem;

/// What every handler gives.
pub(crate) type Answer = Result<Response, Stop>;

/// An answer that ends the handling of a request early: a redirect, a step-up question, a problem.
#[derive(Debug)]
pub(crate) struct Stop(Box<Response>);

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        problem.into_response().into()
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}
