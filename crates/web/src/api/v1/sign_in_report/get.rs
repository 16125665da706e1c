//! `GET /sign-in-report`

use axum::Json;
use axum::extract::State;
use postern_domain::Timestamp;
use postern_service::inventory::{Ended, ReportSpan, SignInReport, SignInTally};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::{Asked, Fields, read};
use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::inventory::ItemBody;
use crate::api::v1::words::{CredentialWord, PlaceWord, RefusalReasonWord, ReportSpanWord};
use crate::portal::Portal;

/// Of what time.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportOf {
    /// `day`: 24 hours, hour by hour, when nothing is said; `month`: 30 days, day by day.
    #[param(value_type = Option<ReportSpanWord>)]
    span: Option<String>,
}

/// How programs and people signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInReport)]
pub(crate) struct ReportBody {
    /// The beginning of its first step.
    #[schema(format = DateTime)]
    from: String,
    /// The length of a step in seconds.
    step_seconds: u64,
    /// So many sign-ins of one sort in one step. What did not happen has none.
    tallies: Vec<TallyBody>,
    /// How many sign-ins at doors were accepted with an account password: they stop where MFA is enforced.
    accepted_with_account_passwords: u64,
    /// What was refused, the most frequent reason first.
    refusals: Vec<RefusalCount>,
    /// The app passwords that were last tried after their end, at most 10.
    tried_after_end: Vec<ItemBody>,
}

choice! {
    /// How they ended.
    enum TallyOutcome as TallyOutcomeWord { Accepted = "accepted", WouldRefuse = "would-refuse", Refused = "refused" }
}

/// So many sign-ins of one sort.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInTally)]
struct TallyBody {
    /// The beginning of the step.
    #[schema(format = DateTime)]
    from: String,
    /// The door, or `portal`.
    place: PlaceWord,
    credential: CredentialWord,
    /// `would-refuse`: accepted because the door only reports.
    outcome: TallyOutcomeWord,
    reason: Option<RefusalReasonWord>,
    count: u64,
}

/// How often a reason refused.
#[derive(Serialize, ToSchema)]
struct RefusalCount {
    reason: RefusalReasonWord,
    count: u64,
}

impl TallyBody {
    fn new(tally: &SignInTally) -> Self {
        let (outcome, reason) = match tally.ended {
            Ended::Accepted => (TallyOutcome::Accepted, None),
            Ended::WouldRefuse(reason) => (TallyOutcome::WouldRefuse, Some(reason)),
            Ended::Refused(reason) => (TallyOutcome::Refused, Some(reason)),
        };
        Self {
            from: tally.from.to_string(),
            place: Word(tally.place),
            credential: Word(tally.credential),
            outcome: Word(outcome),
            reason: reason.map(Word),
            count: tally.count,
        }
    }
}

impl ReportBody {
    fn new(report: &SignInReport, span: ReportSpan, now: Timestamp) -> Self {
        let refusals = report.refusals().into_iter();
        Self {
            from: report.from.to_string(),
            step_seconds: span.step().millis().unsigned_abs() / 1000,
            tallies: report.tallies.iter().map(TallyBody::new).collect(),
            accepted_with_account_passwords: report.with_account_passwords(),
            refusals: refusals.map(|(reason, count)| RefusalCount { reason: Word(reason), count }).collect(),
            tried_after_end: report.tried_after_end.iter().map(|item| ItemBody::new(item, now)).collect(),
        }
    }
}

/// Report sign-ins
///
/// By door, credential and outcome over time, with what they were refused for.
#[utoipa::path(get, path = "/api/v1/sign-in-report", tag = "Inventory", params(ReportOf),
    responses((status = 200, body = ReportBody)))]
pub(crate) async fn report_sign_ins(
    State(portal): State<Portal>,
    caller: Caller,
    Asked(asked): Asked<ReportOf>,
) -> Result<Json<ReportBody>, Problem> {
    let mut fields = Fields::default();
    let span = fields.choose_or("?span", asked.span.as_deref(), ReportSpan::Day);
    fields.done()?;
    let span = read(span)?;
    let report = portal.service.sign_in_report(caller.by(), span).await?;
    Ok(Json(ReportBody::new(&report, span, portal.now())))
}
