//! Asking an upstream once, for an operator who wants to know whether it can be used.

use super::reach::reach;
use super::{ConnectError, Opening, Target, Visitor};
use crate::config::{Limits, Upstream};
use crate::start_error::StartProblem;

/// Why an upstream cannot be used now.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct UpstreamProblem(#[from] Why);

#[derive(Debug, thiserror::Error)]
enum Why {
    #[error(transparent)]
    Settings(#[from] StartProblem),
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl UpstreamProblem {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match &self.0 {
            Why::Settings(_) => "correct this upstream's settings",
            Why::Connect(error) => error.remedy(),
        }
    }
}

/// Connects to an upstream as a session would: with its certificate checked, and signed in as configured (where that is
/// XCLIENT, for nobody at this machine's own address; not at all where the credentials belong to an account). Nothing is
/// sent but a farewell.
///
/// # Errors
/// [`UpstreamProblem`].
pub async fn check_upstream(
    upstream: Upstream,
    our_name: &str,
    limits: &Limits,
) -> Result<(), UpstreamProblem> {
    let target = Target::new(upstream).map_err(Why::from)?;
    let visitor = Visitor::nobody();
    let opening = Opening { target: &target, our_name, limits, service: None, visitor: Some(&visitor) };
    Ok(reach(&opening).await.map_err(Why::from)?)
}
