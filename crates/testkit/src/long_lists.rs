//! An organization in which every list is long.

use postern_domain::account::{Account, AccountKind, AccountStatus, BulkChange, Role};
use postern_domain::api_token::ServicePrincipal;
use postern_domain::app_password::{AppPassword, Created, StoredState};
use postern_domain::consent::{Consent, ConsentState};
use postern_domain::door::Door;
use postern_domain::id::{
    AccountId, AppPasswordId, BulkJobId, DoorSessionId, NodeId, SecretId, ServicePrincipalId,
};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::{Clock as _, Timestamp};
use postern_storage::{
    BulkChoice, BulkJob, ConsentRecord, FastVerifier, LiveSession, LiveSessionPlace, Locator, NewSecret,
    Sealed, TokenHash, Transaction, Verifier,
};

use crate::{TestService, account_name};

/// Who is in all of them, and at which server its session is.
struct One {
    number: u32,
    account: Account,
    node: NodeId,
    now: Timestamp,
}

impl TestService {
    /// Adds `count` accounts, and as many consents (one of each account), live sessions (one of each, at a server that is heard
    /// of now), groups (one with each), members of the group `everybody`, service principals and changes to many accounts. They
    /// are written as storage keeps them: no deed is done for any.
    ///
    /// # Panics
    /// When they cannot be written.
    pub async fn long_lists(&self, count: u32) {
        let now = self.clock.now();
        let node = self.service.new_node();
        let mut transaction = self.store.begin().await.expect("the database is there");
        transaction.hear_of_node(node, now).await.expect("a server is heard of");
        for number in 0..count {
            let one = One { number, account: self.listed_account(number), node, now };
            transaction.insert_account(&one.account).await.expect("the name is free");
            transaction.put_consent(&one.consent()).await.expect("the account is there");
            let session = one.session(DoorSessionId::generate(&*self.clock, &*self.random));
            transaction.put_live_sessions(&[session]).await.expect("the server is there");
            let principal = one.principal(ServicePrincipalId::generate(&*self.clock, &*self.random));
            let secret = TokenHash([7; 32]);
            transaction.insert_service_principal(&principal, &secret).await.expect("the name is free");
            let job = one.job(BulkJobId::generate(&*self.clock, &*self.random));
            insert_job(&mut *transaction, job).await;
        }
        transaction.commit().await.expect("the database is there");
    }

    /// Adds `count` revoked app passwords to the account of `like`, all created at this moment, as storage keeps them.
    ///
    /// # Panics
    /// When they cannot be written.
    pub async fn revoked_app_passwords(&self, like: &AppPassword, count: u32) {
        let at = self.clock.now();
        let mut transaction = self.store.begin().await.expect("the database is there");
        for number in 0..count {
            let id = SecretId::generate(&*self.clock, &*self.random);
            let verifier = FastVerifier { key_version: 1, salt: [0; 16], hash: [0; 32] };
            let secret = NewSecret {
                id,
                locator: Locator(*id.as_bytes()),
                verifier: Verifier::Fast(verifier),
                created_at: at,
            };
            let revoked = AppPassword {
                id: AppPasswordId::generate(&*self.clock, &*self.random),
                name: format!("Old job {number:05}").parse().expect("a name"),
                created: Created { at, ..like.created.clone() },
                state: StoredState::Revoked { at, by: like.created.by.clone(), reason: String::new() },
                ..like.clone()
            };
            transaction.insert_app_password(&revoked, &secret).await.expect("the account is there");
        }
        transaction.commit().await.expect("the database is there");
    }

    /// Ends the live session at that place of the list, and begins another one, as a server reports it.
    ///
    /// # Panics
    /// When the place is none, or there is no such session.
    pub async fn replace_live_session(&self, place: &str) {
        let place: LiveSessionPlace = place.parse().expect("a place in the list");
        let mut transaction = self.store.begin().await.expect("the database is there");
        let ended = transaction.live_session(place.id).await.expect("the database is there");
        let ended = ended.expect("the session is there").session;
        transaction.delete_live_sessions(&[ended.id]).await.expect("the database is there");
        let id = DoorSessionId::generate(&*self.clock, &*self.random);
        let begun = LiveSession { id, since: self.clock.now(), ..ended };
        transaction.put_live_sessions(&[begun]).await.expect("the server is there");
        transaction.commit().await.expect("the database is there");
    }

    fn listed_account(&self, number: u32) -> Account {
        let group = |name: &str| name.parse().expect("the name of a group");
        Account {
            id: AccountId::generate(&*self.clock, &*self.random),
            name: account_name(&format!("user{number:05}@many.example.test")),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            status: AccountStatus::Active,
            mfa: MfaState::Disabled,
            groups: vec![group("everybody"), group(&format!("group-{number:05}"))],
            sid: None,
            grant: None,
            created_at: self.clock.now(),
            sessions_valid_since: None,
            default_method: None,
            must_register_again: false,
        }
    }
}

impl One {
    fn consent(&self) -> ConsentRecord {
        ConsentRecord {
            consent: Consent {
                account: self.account.id,
                provider: "exchange".to_owned(),
                mailbox: None,
                connected_at: self.now,
                refreshed_at: self.now,
                used_at: None,
                access_until: self.now,
                expires_at: None,
                refused_at: None,
                state: ConsentState::Connected { problem: None },
            },
            generation: 1,
            refresh_token: Some(Sealed { key_version: 1, bytes: vec![7; 60] }),
        }
    }

    fn session(&self, id: DoorSessionId) -> LiveSession {
        LiveSession {
            id,
            node: self.node,
            account: self.account.id,
            app_password: None,
            door: Door::Imap,
            address: "192.0.2.7".parse().expect("an address"),
            client: None,
            acting_for: None,
            since: self.now,
            octets_from_client: 0,
            octets_to_client: 0,
        }
    }

    fn principal(&self, id: ServicePrincipalId) -> ServicePrincipal {
        ServicePrincipal {
            id,
            name: format!("Program {:05}", self.number).parse().expect("a name"),
            scopes: "accounts.read".parse().expect("a scope"),
            networks: Networks::any(),
            created_at: self.now,
            created_by: "operator test".to_owned(),
            secret_expires_at: None,
            last_use: None,
            revoked: None,
        }
    }

    fn job(&self, id: BulkJobId) -> BulkJob {
        BulkJob {
            id,
            account: self.account.id,
            asked_by: format!("account {}", self.account.name),
            change: BulkChange::EndSessions,
            chosen: "none".to_owned(),
            total: 0,
            done: 0,
            not_done: 0,
            started_at: self.now,
            finished_at: None,
        }
    }
}

async fn insert_job(transaction: &mut (dyn Transaction + '_), job: BulkJob) {
    let none = BulkChoice::Listed(Vec::new());
    transaction.insert_bulk_job(job, &none).await.expect("the account is there");
}
