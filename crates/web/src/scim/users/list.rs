//! List users.

use axum::extract::State;
use axum::response::Response;
use postern_domain::id::AccountId;
use postern_protocols::scim::Filter;
use postern_service::directory::{Meant, Provisioned};

use super::base;
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::error::ScimError;
use crate::scim::evaluate::fits;
use crate::scim::json::Object;
use crate::scim::listing::Listing;
use crate::scim::moment::Span;
use crate::scim::user::user;
use crate::scim::{reply, schema};

/// Accounts read at a time while a filter looks through all.
const PORTION: u32 = 1_000;

pub(crate) async fn list_users(
    State(portal): State<Portal>,
    caller: Caller,
    query: Listing,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let (total, users) = match &query.filter {
        None => page(&portal, &caller, &query, &base).await?,
        Some(filter) => match looked_up(&portal, &caller, &query).await? {
            Some(found) => of_those(found, filter, &query, &base),
            None => match Span::of(filter) {
                Some(span) => changed(&portal, &caller, &query, filter, span, &base).await?,
                None => looked_for(&portal, &caller, &query, filter, &base).await?,
            },
        },
    };
    Ok(reply::list(users, total, query.start, &query.projection))
}

/// A part of all.
async fn page(
    portal: &Portal,
    caller: &Caller,
    query: &Listing,
    base: &str,
) -> Result<(u64, Vec<Object>), ScimError> {
    let total = portal.service.provisioned_account_count(caller.by()).await?;
    // A list has at most 500.
    let count = u32::try_from(query.count).unwrap_or(u32::MAX);
    let users = if count == 0 {
        Vec::new()
    } else {
        portal.service.provisioned_accounts(caller.by(), None, query.start - 1, count).await?
    };
    Ok((total, users.iter().map(|found| user(found, base)).collect()))
}

/// The one account that can fit, when the filter says enough of it to look it up.
async fn looked_up(
    portal: &Portal,
    caller: &Caller,
    query: &Listing,
) -> Result<Option<Vec<Provisioned>>, ScimError> {
    let find = async |meant| portal.service.find_provisioned(caller.by(), meant).await;
    // A text that cannot be such a name is nobody's.
    let found = if let Some(text) = query.equal_to("id") {
        match text.parse() {
            Ok(id) => find(Meant::Id(id)).await?,
            Err(_) => None,
        }
    } else if let Some(text) = query.equal_to("userName") {
        match text.parse() {
            Ok(name) => find(Meant::Name(&name)).await?,
            Err(_) => None,
        }
    } else if let Some(text) = query.equal_to("externalId") {
        match text.parse() {
            Ok(external_id) => find(Meant::ExternalId(&external_id)).await?,
            Err(_) => None,
        }
    } else if let Some(text) = query.part_equal_to("emails", "value") {
        match text.parse() {
            Ok(address) => find(Meant::Address(&address)).await?,
            Err(_) => None,
        }
    } else {
        return Ok(None);
    };
    Ok(Some(found.into_iter().collect()))
}

fn of_those(found: Vec<Provisioned>, filter: &Filter, query: &Listing, base: &str) -> (u64, Vec<Object>) {
    let mut part = Part::of(query);
    for found in found {
        part.offer(user(&found, base), filter);
    }
    part.finish()
}

/// Those that changed within a span, which an index knows: all others are not looked at.
async fn changed(
    portal: &Portal,
    caller: &Caller,
    query: &Listing,
    filter: &Filter,
    span: Span,
    base: &str,
) -> Result<(u64, Vec<Object>), ScimError> {
    let changed = portal.service.provisioned_changes(caller.by(), span.from, span.until).await?;
    let read = async |ids: &[AccountId]| portal.service.provisioned_accounts_of(caller.by(), ids).await;
    if span.is_all {
        let skipped = usize::try_from(query.start - 1).unwrap_or(usize::MAX).min(changed.len());
        let page = &changed[skipped..];
        let page = &page[..page.len().min(usize::try_from(query.count).unwrap_or(usize::MAX))];
        let users = read(page).await?.iter().map(|found| user(found, base)).collect();
        return Ok((changed.len() as u64, users));
    }
    let mut part = Part::of(query);
    for ids in changed.chunks(PORTION as usize) {
        for found in read(ids).await? {
            part.offer(user(&found, base), filter);
        }
    }
    Ok(part.finish())
}

/// Looks through all.
async fn looked_for(
    portal: &Portal,
    caller: &Caller,
    query: &Listing,
    filter: &Filter,
    base: &str,
) -> Result<(u64, Vec<Object>), ScimError> {
    let mut part = Part::of(query);
    let mut after = None;
    loop {
        let portion = portal.service.provisioned_accounts(caller.by(), after, 0, PORTION).await?;
        let Some(last) = portion.last() else { return Ok(part.finish()) };
        after = Some(last.account.id);
        for found in &portion {
            part.offer(user(found, base), filter);
        }
    }
}

/// The part of what fits that the client asked for, and how many fit.
struct Part {
    start: u64,
    count: u64,
    total: u64,
    users: Vec<Object>,
}

impl Part {
    const fn of(query: &Listing) -> Self {
        Self { start: query.start, count: query.count, total: 0, users: Vec::new() }
    }

    fn offer(&mut self, user: Object, filter: &Filter) {
        if !fits(filter, &user, schema::USER) {
            return;
        }
        self.total += 1;
        if self.total >= self.start && (self.users.len() as u64) < self.count {
            self.users.push(user);
        }
    }

    fn finish(self) -> (u64, Vec<Object>) {
        (self.total, self.users)
    }
}
