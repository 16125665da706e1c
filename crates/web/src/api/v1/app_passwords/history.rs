//! `GET /app-passwords/{id}/history`

use axum::Json;
use axum::extract::{Path, State};
use postern_domain::Timestamp;
use postern_service::app_password::AppPasswordDescription;
use serde::Serialize;
use utoipa::ToSchema;

use super::id_of;
use crate::api::choice::Word;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::sign_in_events::EventBody;
use crate::api::v1::words::{DoorWord, OperationWord};
use crate::portal::Portal;

/// How an app password was used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AppPasswordHistory)]
pub(crate) struct HistoryBody {
    /// The days of the last 90 on which something was tried with it, in order.
    days: Vec<DayBody>,
    /// Where it was accepted from, the latest first.
    sources: Vec<SourceBody>,
    /// The last refusals, the latest first, at most 10.
    refusals: Vec<EventBody>,
    /// What was done to it, the latest first, at most 50.
    changes: Vec<ChangeBody>,
}

/// A day.
#[derive(Serialize, ToSchema)]
#[schema(as = AppPasswordDay)]
struct DayBody {
    /// Its beginning, in UTC.
    #[schema(format = DateTime)]
    from: String,
    accepted: u64,
    refused: u64,
}

/// Where it was accepted from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AppPasswordSource)]
struct SourceBody {
    door: DoorWord,
    address: String,
    client: Option<String>,
    #[schema(format = DateTime)]
    first_at: String,
    #[schema(format = DateTime)]
    last_at: String,
    count: u64,
}

/// What was done to it.
#[derive(Serialize, ToSchema)]
#[schema(as = AppPasswordChangeMade)]
struct ChangeBody {
    #[schema(format = DateTime)]
    at: String,
    operation: OperationWord,
    actor: String,
}

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;

impl HistoryBody {
    fn new(known: &AppPasswordDescription) -> Self {
        let days = known.days.iter().map(|day| DayBody {
            from: Timestamp::from_millis(day.day * DAY).to_string(),
            accepted: day.accepted,
            refused: day.refused,
        });
        let sources = known.sources.iter().map(|source| SourceBody {
            door: Word(source.door),
            address: source.address.to_string(),
            client: source.client.clone(),
            first_at: source.first_at.to_string(),
            last_at: source.last_at.to_string(),
            count: source.count,
        });
        let changes = known.changes.iter().map(|record| ChangeBody {
            at: record.at.to_string(),
            operation: Word(record.operation),
            actor: record.actor.clone(),
        });
        Self {
            days: days.collect(),
            sources: sources.collect(),
            refusals: known.refusals.iter().map(EventBody::new).collect(),
            changes: changes.collect(),
        }
    }
}

/// Get how an app password was used
#[utoipa::path(get, path = "/api/v1/app-passwords/{id}/history", tag = "App passwords",
    responses((status = 200, body = HistoryBody)))]
pub(crate) async fn get_app_password_history(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<HistoryBody>, Problem> {
    let known = portal.service.describe_app_password(caller.by(), id_of(&id)?).await?;
    Ok(Json(HistoryBody::new(&known)))
}
