//! A change to many accounts: the question, with what will stop, and then the deed.

use askama::Template;
use axum::extract::State;
use postern_domain::account::{BulkChange, Role};
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountFilter, BulkChoice, BulkError, ProgramFilter};

use super::filter::AccountQuery;
use super::stop;
use crate::admin::mfa::programs::{ProgramRow, known_since, row, total_words};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken, TOKEN_FIELD};
use crate::page::{self, Chrome, go};
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;

/// Programs named in the question; the list of all of them is a page of its own.
const PROGRAMS: u32 = 100;

#[derive(Template)]
#[template(path = "admin/bulk.html")]
struct QuestionPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    /// What travels along.
    fields: Vec<(String, String)>,
    words: String,
    chosen: String,
    count: u64,
    cuts_off: bool,
    /// It ends sessions, and leaves what opens others.
    leaves_credentials: bool,
    /// What becomes of the reader's own account, when it is among them.
    to_oneself: Option<&'static str>,
    stops: Option<Stops>,
    /// The list as it was searched.
    back: String,
    /// What was missing in the form.
    error: Option<&'static str>,
}

/// What will stop.
struct Stops {
    programs: Vec<ProgramRow>,
    total: u64,
    /// How many programs of how many accounts.
    words: String,
    /// They stop when registration finishes, not at once.
    later: bool,
    /// The query under which all of them are listed.
    query: Option<String>,
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let chosen = Chosen::read(&fields)?;
    let Ok(change) = change(&fields) else {
        return question(&portal, &inside, &fields, None, chosen).await;
    };
    let nothing = matches!(&chosen.choice, BulkChoice::Listed(listed) if listed.is_empty());
    if nothing || fields.get("confirmed") != "yes" {
        return question(&portal, &inside, &fields, Some(change), chosen).await;
    }
    let inside = step_up::confirm(&portal, inside, &fields, paths::BULK).await?;
    match portal.service.start_bulk_change(inside.by(), change, &chosen.choice, &chosen.words).await {
        Ok(job) => Ok(go(&format!("/admin/changes/{}", job.id))),
        Err(BulkError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, paths::BULK).await,
        Err(BulkError::Failure(failure)) => Err(failure.into()),
        Err(BulkError::NotAllowed | BulkError::InNobodysName | BulkError::NoSuchChange) => {
            Err(Problem::NotAllowed.into())
        }
    }
}

/// The change that the form asks for.
fn change(fields: &Fields) -> Result<BulkChange, postern_domain::account::NoSuchBulkChange> {
    match fields.get("change") {
        name @ ("add-to-group" | "remove-from-group") => {
            format!("{name} {}", fields.get("to-group").trim()).parse()
        }
        name => name.parse(),
    }
}

/// Which accounts are meant.
struct Chosen {
    choice: BulkChoice,
    /// The same in words.
    words: String,
    /// The query, when all that match are meant.
    query: Option<AccountQuery>,
}

impl Chosen {
    fn read(fields: &Fields) -> Result<Self, Stop> {
        if fields.get("which") == "matching" {
            let query = AccountQuery::read(fields.get("matching"));
            let filter = query.filter().map_err(|_| Problem::Unreadable)?;
            let choice = BulkChoice::Matching(Box::new(filter));
            return Ok(Self { choice, words: query.words(), query: Some(query) });
        }
        let listed: Result<Vec<AccountId>, _> = fields.all("account").map(str::parse).collect();
        let listed = listed.map_err(|_| Problem::Unreadable)?;
        let words = match listed.len() {
            1 => "1 selected account".to_owned(),
            count => format!("{count} selected accounts"),
        };
        Ok(Self { choice: BulkChoice::Listed(listed), words, query: None })
    }
}

async fn question(
    portal: &Portal,
    inside: &Inside,
    fields: &Fields,
    change: Option<BulkChange>,
    chosen: Chosen,
) -> Result<axum::response::Response, Stop> {
    let Chosen { choice, words: chosen, query } = chosen;
    let count = match &choice {
        BulkChoice::Listed(listed) => listed.len() as u64,
        BulkChoice::Matching(filter) => {
            portal.service.count_accounts(inside.by(), filter).await.map_err(stop)?
        }
    };
    let error = match &change {
        None => Some(
            "Choose what to do. To put accounts into a group or take them out of it, write its name too: letters, digits, hyphens, underscores and dots.",
        ),
        Some(_) if count == 0 => {
            Some("Choose at least one account: tick the boxes before them, or choose all that match.")
        }
        Some(_) => None,
    };
    let (chrome, frame) = around(portal, inside, paths::ACCOUNTS);
    let page = QuestionPage {
        chrome,
        frame,
        token: inside.token.clone(),
        fields: fields.without(&[TOKEN_FIELD, "confirmed"]),
        words: change.as_ref().map(BulkChange::words).unwrap_or_default(),
        chosen,
        count,
        cuts_off: matches!(
            change,
            Some(BulkChange::Block | BulkChange::RevokeAppPasswords | BulkChange::RequireRegistration(true))
        ),
        leaves_credentials: matches!(
            change,
            Some(BulkChange::EndSessions | BulkChange::RequireRegistration(_))
        ),
        to_oneself: match &change {
            Some(change) if error.is_none() && names_reader(portal, inside, &choice).await? => {
                Some(to_oneself(change, inside.account().role))
            }
            _ => None,
        },
        stops: match &change {
            Some(BulkChange::SetMfaState(state)) if error.is_none() => {
                stops(portal, inside, *state, &choice, query.as_ref()).await?
            }
            _ => None,
        },
        back: format!("{}?{}", paths::ACCOUNTS, AccountQuery::read(fields.get("matching")).query()),
        error,
    };
    Ok(page::ok(&page)?)
}

/// What becomes of the own account of who asks for a change: what would sign them out is not done to it.
fn to_oneself(change: &BulkChange, role: Role) -> &'static str {
    match change {
        _ if !role.may_act_on(role) => {
            "It is left out: an account with your role is for global administrators to change."
        }
        BulkChange::EndSessions => "It is left out: sign out everywhere on its own page.",
        BulkChange::Block => "It is left out: block it on its own page, if you have to.",
        BulkChange::RequireRegistration(_) => "It is left out: register your methods at Security info.",
        BulkChange::SetMfaState(_)
        | BulkChange::Unblock
        | BulkChange::AddToGroup(_)
        | BulkChange::RemoveFromGroup(_) => "It is changed like the others.",
        BulkChange::RevokeAppPasswords => "Your own programs stop too.",
    }
}

/// Whether the reader's own account is among those chosen: in the list by name, where it would stand.
async fn names_reader(portal: &Portal, inside: &Inside, choice: &BulkChoice) -> Result<bool, Stop> {
    let own = inside.account();
    let filter = match choice {
        BulkChoice::Listed(listed) => return Ok(listed.contains(&own.id)),
        BulkChoice::Matching(filter) => filter,
    };
    let one = AccountFilter { after: None, before: None, limit: 1, ..(**filter).clone() };
    let before = AccountFilter { before: Some(own.name.clone()), ..one.clone() };
    let before = portal.service.list_accounts(inside.by(), &before).await.map_err(stop)?;
    let after = before.into_iter().next().map(|listed| listed.account.name);
    let next = portal.service.list_accounts(inside.by(), &AccountFilter { after, ..one }).await;
    Ok(next.map_err(stop)?.first().is_some_and(|listed| listed.account.id == own.id))
}

/// The programs that will stop by a change of the MFA state.
async fn stops(
    portal: &Portal,
    inside: &Inside,
    state: MfaState,
    choice: &BulkChoice,
    query: Option<&AccountQuery>,
) -> Result<Option<Stops>, Stop> {
    if state == MfaState::Disabled {
        return Ok(None);
    }
    let now = portal.now();
    let (accounts, listed) = match choice {
        BulkChoice::Listed(listed) => (AccountFilter::default(), Some(listed.clone())),
        BulkChoice::Matching(filter) => ((**filter).clone(), None),
    };
    let filter = ProgramFilter {
        accounts,
        listed,
        enforced: Some(false),
        since: known_since(now),
        limit: PROGRAMS,
        after: None,
    };
    let (programs, totals) = portal.service.list_programs(inside.by(), &filter).await.map_err(stop)?;
    Ok(Some(Stops {
        programs: programs.iter().map(|program| row(program, now)).collect(),
        total: totals.programs,
        words: total_words(&totals),
        later: state == MfaState::Enabled,
        query: query.map(AccountQuery::query),
    }))
}
