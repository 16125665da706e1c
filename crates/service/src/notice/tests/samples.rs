//! Something of every kind to tell of.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::api_token::{ApiToken, OwnScope, Scope, ServicePrincipal};
use postern_domain::app_password::{AppPassword, Created, Profile, SenderRestriction, StoredState};
use postern_domain::door::Door;
use postern_domain::id::{AccountId, ApiTokenId, AppPasswordId, PortalSessionId, ServicePrincipalId};
use postern_domain::mfa::{Factors, MfaState};
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;
use postern_storage::{PortalSession, TokenHash};

use crate::By;
use crate::notice::of_app_password::NetworkUse;
use crate::notice::words::Tidings;
use crate::notice::{
    AccountTidings, AppPasswordTidings, Doer, MailboxTidings, OrganizationTidings, SignInTidings,
};
use crate::portal::FullSession;
use crate::testing::{OPERATOR, name};

fn moment(days: u64) -> Timestamp {
    Timestamp::from_millis(1_795_356_954_321).plus(std::time::Duration::from_secs(days * 86_400))
}

pub(super) fn anna() -> Account {
    person("anna@example.test", 1, Role::Member)
}

fn person(address: &str, number: u8, role: Role) -> Account {
    Account {
        id: AccountId::from_bytes([number; 16]),
        name: name(address),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role,
        status: AccountStatus::Active,
        mfa: MfaState::Enforced,
        groups: Vec::new(),
        sid: None,
        grant: None,
        created_at: moment(0),
        sessions_valid_since: None,
        default_method: None,
        must_register_again: false,
    }
}

fn session(account: Account, address: &str, user_agent: &str) -> FullSession {
    let session = PortalSession {
        id: PortalSessionId::from_bytes([3; 16]),
        token: TokenHash([3; 32]),
        account: account.id,
        started_at: moment(0),
        seen_at: moment(0),
        second_factor_at: Some(moment(0)),
        factors: Factors::default(),
        address: address.parse().unwrap(),
        user_agent: user_agent.to_owned(),
        vouched: None,
    };
    FullSession { session, account }
}

pub(super) fn app_password() -> AppPassword {
    AppPassword {
        id: AppPasswordId::from_bytes([5; 16]),
        account: anna().id,
        name: "Contact form".parse().unwrap(),
        note: None,
        profile: Profile::Standard,
        scope: [Door::Smtp, Door::Imap].into_iter().collect(),
        networks: Networks::any(),
        expires_at: None,
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        state: StoredState::Active,
        created: Created { at: moment(0), by: "account anna@example.test".to_owned(), from: None },
        last_use: None,
        use_count: 0,
        overlap_until: None,
        renewed_at: None,
    }
}

fn used(address: &str, network: &str, door: Door, client: Option<&str>) -> NetworkUse {
    NetworkUse {
        network: network.parse().unwrap(),
        address: address.parse().unwrap(),
        door,
        client: client.map(str::to_owned),
    }
}

/// Samples, each with whether it concerns Anna's account.
pub(super) fn samples() -> Vec<(bool, Box<dyn Tidings>)> {
    let mut all: Vec<(bool, Box<dyn Tidings>)> = Vec::new();
    all.extend(of_app_passwords().into_iter().map(|one| (true, Box::new(one) as Box<dyn Tidings>)));
    all.extend(of_sign_in().into_iter().map(|one| (true, Box::new(one) as Box<dyn Tidings>)));
    all.extend(of_accounts().into_iter().map(|one| (true, Box::new(one) as Box<dyn Tidings>)));
    all.extend(of_mailboxes().into_iter().map(|one| (true, Box::new(one) as Box<dyn Tidings>)));
    all.extend(of_organization());
    all
}

/// Anna in her browser.
fn by_anna() -> Doer {
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    By::Session(&session(anna(), "198.51.100.7", firefox)).into()
}

/// An administrator in theirs.
fn by_bea() -> Doer {
    let bea = person("bea@example.test", 2, Role::GlobalAdministrator);
    By::Session(&session(bea, "10.0.4.7", "")).into()
}

fn of_app_passwords() -> Vec<AppPasswordTidings> {
    use AppPasswordTidings as T;
    let its = || (&app_password()).into();
    let (scope, any) = (app_password().scope, Networks::any());
    let a_while_ago = moment(0).minus(std::time::Duration::from_secs(76 * 86_400));
    let many = (0..12)
        .map(|n| used(&format!("203.0.{n}.5"), &format!("203.0.{n}.0/24"), Door::Imap, Some("Thunderbird")))
        .collect();
    vec![
        T::Created { its: its(), scope, networks: any.clone(), done: by_anna() },
        T::Created { its: its(), scope, networks: any, done: by_bea() },
        T::Rotated { its: its(), old_secret_until: Some(moment(1)), done: by_anna() },
        T::Widened { its: its(), changes: vec![("Networks".to_owned(), "any".to_owned())], done: by_anna() },
        T::Revoked { names: vec![app_password().name], reason: "lost scanner".to_owned(), done: by_bea() },
        T::Revoked {
            names: vec![app_password().name, "Scanner room 2".parse().unwrap()],
            reason: String::new(),
            done: OPERATOR.into(),
        },
        T::Suspended { its: its(), done: by_bea() },
        T::Resumed { its: its(), done: by_anna() },
        T::GrantChanged {
            its: its(),
            before: "all of its account's grant".to_owned(),
            after: "bo@example.test".to_owned(),
            done: by_bea(),
        },
        T::FirstUse { its: its(), used: used("10.0.4.7", "10.0.4.0/24", Door::Smtp, Some("scanner2")) },
        T::NewNetworks {
            its: its(),
            uses: vec![used("2001:db8:1:2::3", "2001:db8:1::/48", Door::Imap, None)],
            last_today: false,
        },
        T::NewNetworks { its: its(), uses: many, last_today: true },
        T::ExpiresSoon { its: its(), expires_at: moment(14) },
        T::IdleSoon { its: its(), last_use: Some(a_while_ago), ends_at: moment(14) },
        T::IdleSoon { its: its(), last_use: None, ends_at: moment(14) },
    ]
}

fn of_sign_in() -> Vec<SignInTidings> {
    use SignInTidings as T;
    let token = ApiToken {
        id: ApiTokenId::from_bytes([6; 16]),
        account: anna().id,
        name: "Backup".parse().unwrap(),
        scopes: [Scope::Own(OwnScope::Read), Scope::Own(OwnScope::AppPasswords)].into_iter().collect(),
        networks: Networks::any(),
        created_at: moment(0),
        created_by: "account anna@example.test".to_owned(),
        expires_at: moment(90),
        last_use: None,
        revoked: None,
    };
    vec![
        T::MethodRegistered { method: "passkey".into(), label: "Laptop".into(), done: by_anna() },
        T::MethodDeleted { method: "authenticator app".into(), label: "Phone".into(), done: by_bea() },
        T::RecoveryCodesMade { done: by_anna() },
        T::RecoveryCodeUsed { left: 9, done: by_anna() },
        T::PasskeyCopied { label: "Laptop".into(), from: "198.51.100.7".parse().unwrap() },
        T::PasswordChanged { done: OPERATOR.into() },
        T::BrowserRemembered { until: moment(30), done: by_anna() },
        T::MfaChanged { what: "The MFA state of your account is now Enforced".into(), done: by_bea() },
        T::TokenCreated { token: token.clone(), done: by_anna() },
        T::TokenRevoked { token: token.clone(), done: by_bea() },
        T::TokenExpiresSoon { token },
    ]
}

fn of_accounts() -> Vec<AccountTidings> {
    use AccountTidings as T;
    let by_many = || By::Earlier(&person("bea@example.test", 2, Role::GlobalAdministrator)).into();
    vec![
        T::Renamed {
            before: vec![name("anna@example.test")],
            after: vec![name("anna.b@example.test"), name("anna@example.test")],
            done: by_bea(),
        },
        T::KindChanged { before: "person", after: "service account", done: by_bea() },
        T::RoleChanged { before: Role::Member, after: Role::GlobalAdministrator, done: by_bea() },
        T::Blocked { done: by_many() },
        T::Unblocked { done: by_bea() },
        T::Deleted { done: by_bea() },
        T::GrantChanged {
            before: "no mailbox".into(),
            after: "every mailbox of example.test".into(),
            done: by_bea(),
        },
        T::NotificationAddresses {
            added: vec![name("anna@home.example")],
            removed: Vec::new(),
            done: by_anna(),
        },
    ]
}

fn of_mailboxes() -> Vec<MailboxTidings> {
    use MailboxTidings as T;
    let at = || "Exchange Online".to_owned();
    vec![
        T::Connected { at: at(), mailbox: Some("anna@example.test".into()), done: by_anna() },
        T::Disconnected { at: at(), done: by_bea() },
        T::ExpiresSoon { at: at(), expires_at: moment(14) },
        T::Lapsed { at: at(), error: "invalid_grant: the user changed their password".into() },
    ]
}

fn of_organization() -> Vec<(bool, Box<dyn Tidings>)> {
    use OrganizationTidings as T;
    let principal = ServicePrincipal {
        id: ServicePrincipalId::from_bytes([8; 16]),
        name: "Directory".parse().unwrap(),
        scopes: [Scope::For(postern_domain::account::Permission::ProvisionDirectory)].into_iter().collect(),
        networks: Networks::any(),
        created_at: moment(0),
        created_by: "operator test".to_owned(),
        secret_expires_at: None,
        last_use: None,
        revoked: None,
    };
    let weakened = T::SettingWeakened {
        key: SettingKey::NetworksRequired,
        group: Some("sales".parse().unwrap()),
        before: "true".into(),
        after: "false".into(),
        done: by_bea(),
    };
    vec![
        (true, Box::new(T::AdministratorSignedIn { role: Role::HelpDesk, done: by_anna() })),
        (false, Box::new(weakened)),
        (
            false,
            Box::new(T::ClientSecretExpiresSoon { principal: principal.clone(), expires_at: moment(14) }),
        ),
        (false, Box::new(T::ServicePrincipal { principal, what: "was added", done: OPERATOR.into() })),
        (
            true,
            Box::new(T::HelpWanted {
                reference: "7Q3K-M2XA".parse().unwrap(),
                facts: vec![("What happened".into(), "The door is not in its scope".into())],
                message: "The scanner stopped".into(),
            }),
        ),
    ]
}
