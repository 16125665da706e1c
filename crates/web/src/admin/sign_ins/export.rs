//! Sign-ins as JSON lines: read page by page while they are sent, with the same filters as the list.

use std::sync::Arc;

use axum::extract::{Query, State};
use postern_domain::id::SignInEventId;
use postern_domain::sign_in::SignInEvent;
use postern_service::refusal::{EventFilter, ListSignInsError};

use super::query::Asked;
use super::stop;
use crate::answer::Answer;
use crate::api::v1::sign_in_events::EventBody;
use crate::file::{FileKind, in_pieces};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

/// Sign-ins that are read at once, and sent as one piece: so few that a browser has the first of them soon.
const AT_ONCE: u32 = 250;

const KIND: FileKind = FileKind {
    media_type: "application/jsonl; charset=utf-8",
    disposition: "attachment; filename=\"sign-ins.jsonl\"",
};

pub(crate) async fn read(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let filter = asked.filter(&portal, &inside).await?.map_err(|_| Problem::NoSuchPage)?;
    let filter = EventFilter { limit: AT_ONCE, ..filter };
    let first = portal.service.list_named_sign_ins(inside.by(), filter.clone()).await.map_err(stop)?;
    let inside = Arc::new(inside);
    Ok(in_pieces(KIND, written(&first.events), move |last| {
        let (portal, inside) = (portal.clone(), Arc::clone(&inside));
        let filter = EventFilter { before: Some(last), ..filter.clone() };
        async move {
            let listed = portal.service.list_named_sign_ins(inside.by(), filter).await?;
            Ok::<_, ListSignInsError>(written(&listed.events))
        }
    }))
}

/// The lines, and the last of so many that there may be more.
fn written(events: &[SignInEvent]) -> (String, Option<SignInEventId>) {
    let line = |event| format!("{}\n", serde_json::json!(EventBody::new(event)));
    let last = events.last().filter(|_| events.len() >= AT_ONCE as usize);
    (events.iter().map(line).collect(), last.map(|event| event.id))
}
