//! List groups.

use axum::extract::State;
use axum::response::Response;
use postern_domain::directory::DirectoryGroup;
use postern_service::directory::ProvisionedGroup;

use super::base;
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::error::ScimError;
use crate::scim::evaluate::fits;
use crate::scim::group::group;
use crate::scim::json::Object;
use crate::scim::listing::Listing;
use crate::scim::moment::Span;
use crate::scim::reply::without_version;
use crate::scim::{reply, schema};

/// Groups are few; who is in them is read of those only whose members the filter or the answer wants.
pub(crate) async fn list_groups(
    State(portal): State<Portal>,
    caller: Caller,
    query: Listing,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let mut groups = portal.service.provisioned_groups(caller.by()).await?;
    if let Some(text) = query.equal_to("id") {
        groups.retain(|group| group.id.to_string().eq_ignore_ascii_case(text));
    }
    if let Some(text) = query.equal_to("displayName") {
        groups.retain(|group| group.display_name.as_str().to_lowercase() == text.to_lowercase());
    }
    if let Some(span) = query.filter.as_ref().and_then(Span::of) {
        groups.retain(|group| span.has(group.changed_at));
    }
    let of_page = |group: (usize, &DirectoryGroup)| {
        let place = group.0 as u64 + 1;
        place >= query.start && place - query.start < query.count
    };
    let (total, shown) = match &query.filter {
        None => {
            let shown =
                groups.iter().enumerate().filter(|group| of_page(*group)).map(|(_, group)| group.clone());
            let shown = complete(&portal, &caller, shown.collect(), query.projection.has("members")).await?;
            (groups.len(), shown)
        }
        Some(filter) => {
            let mut all = complete(&portal, &caller, groups, true).await?;
            all.retain(|found| fits(filter, &group(found, &base), schema::GROUP));
            let total = all.len();
            let shown = all.into_iter().enumerate().filter(|(place, found)| of_page((*place, &found.group)));
            (total, shown.map(|(_, found)| found).collect())
        }
    };
    let whole = query.filter.is_some() || query.projection.has("members");
    let shown: Vec<Object> = shown
        .iter()
        .map(|found| {
            let group = group(found, &base);
            // Without its members it has another version than with them, which nobody could compare with.
            if whole { group } else { without_version(group) }
        })
        .collect();
    Ok(reply::list(shown, total as u64, query.start, &query.projection))
}

async fn complete(
    portal: &Portal,
    caller: &Caller,
    groups: Vec<DirectoryGroup>,
    with_members: bool,
) -> Result<Vec<ProvisionedGroup>, ScimError> {
    if with_members {
        return Ok(portal.service.with_members(caller.by(), groups).await?);
    }
    Ok(groups.into_iter().map(|group| ProvisionedGroup { group, members: Vec::new() }).collect())
}
