//! One account, with everything that belongs to it.

use askama::Template;
use axum::extract::{Path, Query, State};
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountStatus, Permission};
use postern_domain::audit::AuditRecord;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountFilter, ProgramFilter};
use postern_service::audit::{AuditError, AuditSearch};
use postern_service::live_session::LiveSessionQuery;
use postern_service::refusal::EventFilter;

use super::identity::{self, IdentityRow};
use super::{find, kind_words, mfa_tone, mfa_words, stop};
use crate::admin::audit::facts as facts_of;
use crate::admin::mfa::programs::{ProgramRow, known_since, row};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::{Portal, live, with_tried};
use crate::session::Inside;
use crate::view::{AppPasswordView, ConsentView, EventView, LiveSessionView, Moment, Tone, actor};

/// Sign-in events and audit records shown.
const NEWEST: u32 = 15;
/// Programs with the account password shown.
const PROGRAMS: u32 = 50;

#[derive(Template)]
#[template(path = "admin/account.html")]
struct AccountPage {
    chrome: Chrome,
    frame: AdminFrame,
    notice: Option<&'static str>,
    id: String,
    name: String,
    facts: Vec<(&'static str, String)>,
    aliases: Vec<String>,
    mfa: &'static str,
    tone: Tone,
    is_enforced: bool,
    blocked: Option<String>,
    is_deleted: bool,
    methods: Vec<MethodRow>,
    recovery_codes_left: u32,
    identities: Vec<IdentityRow>,
    app_passwords: Vec<AppPasswordView>,
    revoked: usize,
    more_revoked: bool,
    programs: Vec<ProgramRow>,
    sessions: Vec<LiveSessionView>,
    more_sessions: bool,
    consents: Vec<ConsentView>,
    events: Vec<EventView>,
    records: Vec<RecordRow>,
    is_service_account: bool,
    may: May,
}

/// What the reader's role allows for this account.
struct May {
    act: bool,
    mfa: bool,
    methods: bool,
    sessions: bool,
    passwords: bool,
    block: bool,
    app_passwords: bool,
    manage: bool,
    roles: bool,
}

struct MethodRow {
    id: String,
    kind: &'static str,
    label: String,
    registered: Moment,
    last_used: Option<Moment>,
}

struct RecordRow {
    at: Moment,
    actor: String,
    operation: &'static str,
    details: String,
}

/// What was done just before.
#[derive(serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Answer {
    let now = portal.now();
    let found = find(&portal, &inside, &id).await?;
    let account = &found.account;
    let by = inside.by();
    let events = EventFilter { account: Some(account.id), limit: NEWEST, ..EventFilter::default() };
    let events = portal.service.list_sign_in_events(by, events).await?;
    let programs = ProgramFilter {
        accounts: AccountFilter::default(),
        listed: Some(vec![account.id]),
        enforced: None,
        since: known_since(now),
        limit: PROGRAMS,
        after: None,
    };
    let programs = portal.service.read_programs(by, &programs).await.map_err(stop)?;
    let is_deleted = matches!(account.status, AccountStatus::Deleted { .. });
    let query = LiveSessionQuery { account: Some(account.name.clone()), ..LiveSessionQuery::default() };
    let (sessions, next_session) =
        if is_deleted { (Vec::new(), None) } else { live(&portal, &inside, &query).await? };
    let consents = portal.service.consents_of(by, &account.name).await.unwrap_or_default();
    let named = with_tried(&portal, &inside, found.app_passwords.clone(), &events).await?;
    let records = records(&portal, &inside, account, now).await?;
    let (live_ones, revoked): (Vec<_>, Vec<_>) = found
        .app_passwords
        .iter()
        .map(|each| AppPasswordView::new(each, now, portal.config.doors))
        .partition(|view| !view.is_revoked);
    let (chrome, frame) = around(&portal, &inside, paths::ACCOUNTS);
    let page = AccountPage {
        chrome,
        frame,
        notice: notice(&done.done),
        id,
        name: account.name.to_string(),
        facts: facts(&found, now),
        aliases: account.aliases.iter().map(ToString::to_string).collect(),
        mfa: mfa_words(account.mfa),
        tone: mfa_tone(account.mfa),
        is_enforced: account.mfa == MfaState::Enforced,
        blocked: match &account.status {
            AccountStatus::Blocked { at, by } => {
                Some(format!("{} by {}", Moment::new(*at, now).full, actor(by)))
            }
            AccountStatus::Active | AccountStatus::Deleted { .. } => None,
        },
        is_deleted,
        methods: found
            .methods
            .iter()
            .map(|method| MethodRow {
                id: method.id.to_string(),
                kind: method.kind.words(),
                label: method.label.clone(),
                registered: Moment::new(method.registered_at, now),
                last_used: method.last_used_at.map(|at| Moment::new(at, now)),
            })
            .collect(),
        recovery_codes_left: found.recovery_codes_left,
        identities: identity::rows(&portal, &inside, account).await?,
        app_passwords: live_ones,
        revoked: revoked.len(),
        more_revoked: found.more_revoked,
        programs: programs.iter().map(|program| row(program, now)).collect(),
        sessions,
        more_sessions: next_session.is_some(),
        consents: consents.iter().map(|offer| ConsentView::new(offer, now)).collect(),
        events: events.iter().map(|event| EventView::new(event, &named, now)).collect(),
        records,
        is_service_account: account.kind == AccountKind::ServiceAccount,
        may: may(&inside, &found.account),
    };
    Ok(page::ok(&page)?)
}

/// The newest records of what was done to the account, for who may read them.
async fn records(
    portal: &Portal,
    inside: &Inside,
    account: &Account,
    now: Timestamp,
) -> Result<Vec<RecordRow>, Stop> {
    if !inside.account().role.may(Permission::ReadAudit) {
        return Ok(Vec::new());
    }
    let search = AuditSearch { account: Some(account.name.clone()), limit: NEWEST, ..AuditSearch::default() };
    let found = match portal.service.search_audit(inside.by(), &search).await {
        Ok(page) => page.records,
        Err(AuditError::Failure(failure)) => return Err(failure.into()),
        Err(_) => Vec::new(),
    };
    let row = |record: &AuditRecord| RecordRow {
        at: Moment::new(record.at, now),
        actor: actor(&record.actor).to_owned(),
        operation: record.operation.name(),
        details: shown(record, account, now),
    };
    Ok(found.iter().map(row).collect())
}

fn may(inside: &Inside, account: &Account) -> May {
    let role = inside.account().role;
    let deleted = matches!(account.status, AccountStatus::Deleted { .. });
    let is_own = inside.account().id == account.id;
    let may = |permission: Permission| {
        !deleted && role.may(permission) && role.may_act_on(account.role) && !(is_own && permission.resets())
    };
    May {
        act: role.may_act_on(account.role),
        mfa: may(Permission::SetMfaState),
        methods: may(Permission::ResetMethods),
        sessions: may(Permission::EndSessions),
        passwords: may(Permission::ResetPasswords),
        block: may(Permission::BlockAccounts),
        app_passwords: may(Permission::ManageAppPasswords),
        manage: may(Permission::ManageAccounts),
        roles: may(Permission::ManageRoles),
    }
}

fn facts(found: &postern_service::account::AccountDetails, now: Timestamp) -> Vec<(&'static str, String)> {
    let account = &found.account;
    let groups: Vec<_> = account.groups.iter().map(ToString::to_string).collect();
    let none = |text: String| if text.is_empty() { "None".to_owned() } else { text };
    let mut facts = vec![
        ("Kind", kind_words(account.kind).to_owned()),
        ("Role", account.role.words().to_owned()),
        ("Groups", none(groups.join(", "))),
        ("Password", if found.has_password { "Set" } else { "None" }.to_owned()),
        ("Added", Moment::new(account.created_at, now).full),
    ];
    if let Some(grant) = &account.grant {
        facts.push(("May act for", grant.to_string()));
    }
    if let Some(sid) = &account.sid {
        facts.push(("SID", sid.to_string()));
    }
    facts
}

fn shown(record: &AuditRecord, account: &Account, now: Timestamp) -> String {
    facts_of(record, &[account.name.as_str()], now)
        .into_iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What to say; none for a word that is not ours.
fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "mfa" => "The MFA state is changed.",
        "signed-out" => "Signed out everywhere.",
        "registration" => "A method has to be registered at the next browser sign-in.",
        "method" => "The method is deleted.",
        "created-already" => {
            "That form was sent before, and nothing was created a second time. The secret is not shown again: if you did not copy it, revoke the app password and create another one."
        }
        "unlinked" => "The link is taken away, and every browser of the account is signed out.",
        "revoked" => "The app passwords are revoked, and what signed in with them is being disconnected.",
        "blocked" => "The account is blocked, and its sessions are ending.",
        "unblocked" => "The account is unblocked.",
        "role" => "The role is changed.",
        "groups" => "The groups are changed.",
        "addresses" => "The addresses are changed.",
        "password" => "The password is set, and every browser of the account is signed out.",
        "added" => "The account is added.",
        _ => return None,
    })
}
