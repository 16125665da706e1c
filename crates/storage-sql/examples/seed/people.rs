//! Accounts with their methods, and app passwords.

use postern_domain::account::{Account, AccountKind, AccountStatus, GroupName, Role};
use postern_domain::app_password::{AppPassword, Created, LastUse, Profile, SenderRestriction, StoredState};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId, MethodId, SecretId};
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MfaState};
use postern_domain::network::Networks;
use postern_storage::{FastVerifier, Locator, MethodRecord, NewSecret, Sealed, Store, Verifier};

use crate::sample::{NOW, Sample, id};
use crate::sizes::Sizes;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Accounts, or app passwords, in one transaction.
const AT_ONCE: u64 = 5_000;

const FIRST: &[&str] =
    &["anna", "bo", "carla", "dmitri", "emma", "farid", "greta", "hans", "ines", "jonas", "karin", "li"];
const LAST: &[&str] =
    &["lindqvist", "nystrom", "ruiz", "orlov", "clarke", "haddad", "meyer", "novak", "okafor", "silva"];
const GROUPS: &[&str] = &["staff", "students", "library", "physics", "medicine", "lists"];
const PROGRAMS: &[&str] =
    &["Contact form", "Scanner", "Thunderbird", "Phone", "Backup job", "Old Outlook", "Calendar sync"];

pub(crate) async fn accounts(store: &dyn Store, sample: &mut Sample, sizes: &Sizes) -> Outcome {
    let mut number = 0;
    while number < sizes.accounts {
        let mut transaction = store.begin().await?;
        let end = (number + AT_ONCE).min(sizes.accounts);
        for number in number..end {
            let account = account(sample, number)?;
            transaction.insert_account(&account).await?;
            if account.mfa == MfaState::Enforced && !sample.one_in(20) {
                let method = AuthenticationMethod {
                    id: MethodId::from_bytes(id(3, number)),
                    kind: MethodKind::AuthenticatorApp,
                    label: "Phone".to_owned(),
                    hint: None,
                    registered_at: sample.moment(300),
                    last_used_at: Some(sample.moment(30)),
                };
                let secret = Sealed { key_version: 1, bytes: sample.bytes().to_vec() };
                let record = MethodRecord { method, secret, last_step: None, credential: None };
                transaction.insert_method(account.id, &record).await?;
            }
        }
        transaction.commit().await?;
        number = end;
    }
    Ok(())
}

fn account(sample: &mut Sample, number: u64) -> Result<Account, Box<dyn std::error::Error>> {
    let (first, last) = (*sample.pick(FIRST), *sample.pick(LAST));
    let alias = format!("{}{number}@alumni.example.edu", &first[..1]);
    let groups: Result<Vec<GroupName>, _> =
        GROUPS.iter().filter(|_| sample.one_in(3)).map(|group| group.parse()).collect();
    let mut groups = groups?;
    groups.sort();
    let blocked = AccountStatus::Blocked { at: sample.moment(90), by: "operator root".to_owned() };
    Ok(Account {
        id: AccountId::from_bytes(id(1, number)),
        name: format!("{first}.{last}{number}@example.edu").parse()?,
        aliases: if sample.one_in(3) { vec![alias.parse()?] } else { Vec::new() },
        kind: if sample.one_in(50) { AccountKind::ServiceAccount } else { AccountKind::Person },
        role: match number {
            0..3 => Role::GlobalAdministrator,
            3..10 => Role::AuthenticationAdministrator,
            10..30 => Role::HelpDesk,
            _ => Role::Member,
        },
        status: if sample.one_in(500) { blocked } else { AccountStatus::Active },
        mfa: *sample.pick(&[MfaState::Disabled, MfaState::Enabled, MfaState::Enforced, MfaState::Enforced]),
        groups,
        sid: None,
        grant: None,
        created_at: sample.moment(1000),
        sessions_valid_since: None,
        default_method: None,
        must_register_again: sample.one_in(1000),
    })
}

pub(crate) async fn app_passwords(store: &dyn Store, sample: &mut Sample, sizes: &Sizes) -> Outcome {
    let mut number = 0;
    while number < sizes.app_passwords {
        let mut transaction = store.begin().await?;
        let end = (number + AT_ONCE).min(sizes.app_passwords);
        for number in number..end {
            let account = AccountId::from_bytes(id(1, number % sizes.accounts));
            let created = sample.moment(700);
            let secret = NewSecret {
                id: SecretId::from_bytes(id(4, number)),
                locator: Locator(sample.bytes()),
                verifier: Verifier::Fast(FastVerifier {
                    key_version: 1,
                    salt: sample.bytes(),
                    hash: [7; 32],
                }),
                created_at: created,
            };
            transaction.insert_app_password(&app_password(sample, number, account)?, &secret).await?;
        }
        transaction.commit().await?;
        number = end;
    }
    Ok(())
}

fn app_password(
    sample: &mut Sample,
    number: u64,
    account: AccountId,
) -> Result<AppPassword, Box<dyn std::error::Error>> {
    let created = Created { at: sample.moment(700), by: "account of the owner".to_owned(), from: None };
    let door = *sample.pick(&[Door::Smtp, Door::Imap, Door::Ews, Door::ActiveSync]);
    let used = LastUse {
        at: sample.moment(120),
        door,
        address: sample.address(),
        client: Some("client.example.edu".to_owned()),
    };
    let never = sample.one_in(8);
    let by = "account of the owner".to_owned();
    let revoked = StoredState::Revoked { at: sample.moment(90), by, reason: "replaced".to_owned() };
    Ok(AppPassword {
        id: AppPasswordId::from_bytes(id(2, number)),
        account,
        name: format!("{} number {number}", sample.pick(PROGRAMS)).parse()?,
        note: None,
        profile: Profile::Standard,
        scope: if sample.one_in(5) { DoorSet::all() } else { DoorSet::from_iter([door]) },
        networks: Networks::any(),
        expires_at: sample
            .one_in(2)
            .then(|| NOW.plus(std::time::Duration::from_secs(sample.below(30_000_000)))),
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        state: if sample.one_in(5) { revoked } else { StoredState::Active },
        created,
        last_use: (!never).then_some(used),
        use_count: if never { 0 } else { sample.below(5_000) + 1 },
        overlap_until: None,
    })
}
