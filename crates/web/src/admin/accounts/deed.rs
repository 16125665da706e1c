//! What an administrator does to one account, each after a question that says what it does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use postern_domain::account::Account;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountError, AccountFilter, ProgramFilter};
use postern_service::app_password::AppPasswordError;

use super::{find, not_own, own, path_of, stop};
use crate::admin::mfa::programs::{ProgramRow, known_since, row};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::{Portal, sentence, step_up};
use crate::problem::Problem;
use crate::session::Inside;

/// Programs named in a question.
const PROGRAMS: u32 = 100;

/// A deed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Mfa,
    SignOut,
    Register,
    RevokeAll,
    Block,
    Unblock,
    Delete,
}

/// What a question says.
struct Words {
    /// The end of its address.
    path: &'static str,
    heading: &'static str,
    what: &'static str,
    button: &'static str,
    /// What the account's page says afterwards.
    done: &'static str,
    grave: bool,
}

impl Deed {
    const fn words(self) -> Words {
        let (path, heading, what, button, done, grave) = match self {
            Self::Mfa => (
                "mfa",
                "Change the MFA state of",
                "Disabled demands no second factor and leaves the account password good for programs; an owner who has registered a method is still asked for it in the portal. Enabled has the owner register a method at the next browser sign-in, and becomes Enforced with it. Enforced refuses the account password to programs at once.",
                "Change",
                "mfa",
                false,
            ),
            Self::SignOut => (
                "sign-out",
                "Sign out everywhere:",
                "Ends every browser session and every program's session at once, and the consents to the mailbox. App passwords and API tokens stay: programs may sign in again with them. Whoever may have made some that its owner does not know of is stopped by revoking them, or by a block.",
                "Sign out",
                "signed-out",
                false,
            ),
            Self::Register => (
                "registration",
                "Require re-registration of",
                "At the next browser sign-in the owner has to register an authentication method again. Browser sessions end now. App passwords and API tokens stay: if somebody else may have made some, reset the password and have them revoked with it.",
                "Require",
                "registration",
                false,
            ),
            Self::RevokeAll => (
                "revoke-all",
                "Revoke all app passwords of",
                "Each stops working at once and for good. What is signed in with them is disconnected.",
                "Revoke all",
                "revoked",
                true,
            ),
            Self::Block => (
                "block",
                "Block",
                "Nothing of the account signs in any more, and its sessions end at once. Its app passwords and API tokens open nothing until it is unblocked.",
                "Block",
                "blocked",
                true,
            ),
            Self::Unblock => (
                "unblock",
                "Unblock",
                "The account may sign in again, and its app passwords and API tokens work again.",
                "Unblock",
                "unblocked",
                false,
            ),
            Self::Delete => (
                "delete",
                "Delete",
                "Its app passwords and API tokens are revoked, its methods and consents removed, its sessions ended, its addresses free for others. The audit keeps its name. This cannot be undone.",
                "Delete",
                "deleted",
                true,
            ),
        };
        Words { path, heading, what, button, done, grave }
    }

    /// What follows for whoever does it to their own account.
    const fn to_oneself(self) -> &'static str {
        match self {
            Self::Mfa => "What you choose holds for your own sign-in and your own programs.",
            Self::SignOut => "You are signed out here too, and sign in again with both factors.",
            Self::Register => "You register your own methods at Security info.",
            Self::RevokeAll => "Your own programs stop.",
            Self::Block => {
                "You are signed out at once, and cannot sign in again until another administrator unblocks you."
            }
            Self::Unblock => "Your own programs work again.",
            Self::Delete => {
                "You are signed out at once and for good: nobody brings the account back, and another administrator can only add a new one."
            }
        }
    }

    /// Where whoever did it to their own account is told so: nothing of the admin area is open to them afterwards.
    const fn after_oneself(self) -> Option<&'static str> {
        match self {
            Self::Block => Some("/sign-in?done=own-account-blocked"),
            Self::Delete => Some("/sign-in?done=own-account-deleted"),
            Self::SignOut => Some("/sign-in?done=signed-out-everywhere"),
            Self::Mfa | Self::Register | Self::RevokeAll | Self::Unblock => None,
        }
    }
}

#[derive(Template)]
#[template(path = "admin/deed.html")]
struct DeedPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    id: String,
    name: String,
    words: Words,
    is_mfa: bool,
    is_register: bool,
    mfa: MfaState,
    programs: Vec<ProgramRow>,
    /// What follows for the reader, whose own account it is.
    to_oneself: Option<&'static str>,
    /// The button says so too: nothing of the account is left to them.
    is_farewell: bool,
    error: Option<String>,
}

/// The question and the deed.
pub(crate) fn handlers(deed: Deed) -> MethodRouter<Portal> {
    get(async move |State(portal): State<Portal>, inside: Inside, Path(id): Path<String>| {
        let account = find(&portal, &inside, &id).await?.account;
        question(&portal, &inside, deed, &account, None).await
    })
    .post(
        async move |State(portal): State<Portal>,
                    inside: Inside,
                    Path(id): Path<String>,
                    Checked(fields): Checked| { submit(portal, inside, deed, id, fields).await },
    )
}

async fn submit(portal: Portal, inside: Inside, deed: Deed, id: String, fields: Fields) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let action = format!("{}/{}", path_of(&account), deed.words().path);
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    let is_own = own(&inside, &account);
    match act(&portal, &inside, deed, &account, &fields).await {
        Ok(()) if is_own && let Some(onward) = deed.after_oneself() => Ok(go(onward)),
        Ok(()) if deed == Deed::Delete => Ok(go(paths::ACCOUNTS)),
        Ok(()) => Ok(go(&format!("{}?done={}", path_of(&account), deed.words().done))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(AccountError::LastAdministrator) => {
            let error = sentence(&AccountError::LastAdministrator);
            question(&portal, &inside, deed, &account, Some(error)).await
        }
        Err(error) => Err(stop(error)),
    }
}

async fn act(
    portal: &Portal,
    inside: &Inside,
    deed: Deed,
    account: &Account,
    fields: &Fields,
) -> Result<(), AccountError> {
    let (service, by, name) = (&portal.service, inside.by(), &account.name);
    match deed {
        Deed::Mfa => {
            let wanted = fields.get("state").parse().unwrap_or(account.mfa);
            service.set_mfa_state(by, name, wanted).await.map(drop)
        }
        Deed::SignOut => service.end_sessions(by, name).await,
        Deed::Register => {
            let delete = fields.find("delete-methods").is_some();
            service.require_registration(by, name, delete).await.map(drop)
        }
        Deed::RevokeAll => {
            let reason = "all app passwords were revoked by an administrator";
            match service.revoke_all_app_passwords(by, name, reason).await {
                Ok(_) => Ok(()),
                Err(AppPasswordError::Failure(failure)) => Err(failure.into()),
                Err(AppPasswordError::StepUpNeeded) => Err(AccountError::StepUpNeeded),
                Err(_) => Err(AccountError::NotAllowed),
            }
        }
        Deed::Block => service.block_account(by, name).await,
        Deed::Unblock => service.unblock_account(by, name).await,
        Deed::Delete => service.delete_account(by, name).await.map(drop),
    }
}

async fn question(
    portal: &Portal,
    inside: &Inside,
    deed: Deed,
    account: &Account,
    error: Option<String>,
) -> Result<Response, Stop> {
    let role = inside.account().role;
    if !role.may_act_on(account.role) {
        return Err(Problem::NotAllowed.into());
    }
    if deed == Deed::Register {
        not_own(inside, account)?;
    }
    let (chrome, frame) = around(portal, inside, paths::ACCOUNTS);
    let page = DeedPage {
        chrome,
        frame,
        token: inside.token.clone(),
        id: account.id.to_string(),
        name: account.name.to_string(),
        words: deed.words(),
        is_mfa: deed == Deed::Mfa,
        is_register: deed == Deed::Register,
        mfa: account.mfa,
        programs: if deed == Deed::Mfa { stops(portal, inside, account).await? } else { Vec::new() },
        to_oneself: own(inside, account).then(|| deed.to_oneself()),
        is_farewell: own(inside, account) && matches!(deed, Deed::Block | Deed::Delete),
        error,
    };
    Ok(page::ok(&page)?)
}

/// The programs that use the account password now.
async fn stops(portal: &Portal, inside: &Inside, account: &Account) -> Result<Vec<ProgramRow>, Stop> {
    let now = portal.now();
    let filter = ProgramFilter {
        accounts: AccountFilter::default(),
        listed: Some(vec![account.id]),
        enforced: Some(false),
        since: known_since(now),
        limit: PROGRAMS,
        after: None,
    };
    let programs = portal.service.read_programs(inside.by(), &filter).await.map_err(stop)?;
    Ok(programs.iter().map(|program| row(program, now)).collect())
}
