//! Notices, API tokens, service principals, live sessions and a change to many accounts.

use std::time::Duration;

use postern_domain::account::BulkChange;
use postern_domain::api_token::{ApiToken, Scope, Scopes, ServicePrincipal, TokenRevocation, TokenUse};
use postern_domain::id::{
    AccountId, ApiTokenId, AppPasswordId, BulkJobId, DoorSessionId, NodeId, ServicePrincipalId,
};
use postern_domain::network::Networks;
use postern_domain::notice::NoticeKind;
use postern_storage::{
    BulkChoice, BulkJob, LiveSession, NoticeDelivery, NoticeRecipient, NoticeText, Store, TokenHash,
    Transaction,
};

use super::sample::on_the_way;
use super::{Filled, NOW, University, id};

/// Notices in one transaction.
const AT_ONCE: u64 = 1_000;
const API_TOKENS: u64 = 300;
const SERVICE_PRINCIPALS: u64 = 20;
const LIVE_SESSIONS: u64 = 2_000;
/// Accounts of the change to many.
const CHANGED: u64 = 1_000;

impl University {
    pub(super) async fn add_notices(&mut self, store: &dyn Store) -> Filled {
        for portion in Self::portions(self.sizes.notices, AT_ONCE) {
            let mut transaction = store.begin().await?;
            let count = u32::try_from(portion.end - portion.start)?;
            for number in portion {
                let owner = self.sample.below(self.sizes.accounts);
                let account = AccountId::from_bytes(id(1, owner));
                let text = NoticeText {
                    at: on_the_way(number, self.sizes.notices, 30),
                    kind: NoticeKind::NewNetwork,
                    account: Some(account),
                    subject: "An app password was used from a new network".to_owned(),
                    facts: vec![("Network".to_owned(), format!("{}/24", self.sample.address()))],
                    advice: "If that was not you, revoke it.".to_owned(),
                    link: "/security-info".to_owned(),
                };
                let address = self.person(owner).name.clone();
                transaction
                    .insert_notice(&text, &[NoticeRecipient { account: Some(account), address }])
                    .await?;
            }
            self.deliver(&mut *transaction, count).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// One in two hundred is refused by a mail server.
    async fn deliver(&mut self, transaction: &mut (dyn Transaction + '_), count: u32) -> Filled {
        for taken in transaction.take_due_notices(NOW, NOW, count).await? {
            let at = taken.notice.text.at;
            let delivery = if self.sample.one_in(200) {
                NoticeDelivery::GivenUp { at, problem: "550 5.1.1 No such user".to_owned() }
            } else {
                NoticeDelivery::Delivered { at }
            };
            let (sequence, address) = (taken.notice.sequence, &taken.recipient.address);
            transaction.settle_notice(sequence, address, taken.attempts, &delivery).await?;
        }
        Ok(())
    }

    pub(super) async fn add_the_rest(&mut self, store: &dyn Store) -> Filled {
        let mut transaction = store.begin().await?;
        for number in 0..API_TOKENS {
            let hash = TokenHash(self.hash());
            transaction.insert_api_token(&self.api_token(number)?, &hash).await?;
        }
        for number in 0..SERVICE_PRINCIPALS {
            let principal = ServicePrincipal {
                id: ServicePrincipalId::from_bytes(id(7, number)),
                name: format!("Service {number}").parse()?,
                scopes: Scope::all().take(4).collect(),
                networks: Networks::any(),
                created_at: self.sample.moment(300),
                created_by: "operator root".to_owned(),
                secret_expires_at: None,
                last_use: Some(TokenUse { at: self.sample.moment(10), address: self.sample.address() }),
                revoked: None,
            };
            transaction.insert_service_principal(&principal, &TokenHash(self.hash())).await?;
        }
        self.add_live_sessions(&mut *transaction).await?;
        self.add_bulk_job(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    fn hash(&mut self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(&self.sample.bytes());
        hash[16..].copy_from_slice(&self.sample.bytes());
        hash
    }

    fn api_token(&mut self, number: u64) -> Result<ApiToken, Box<dyn std::error::Error>> {
        let sample = &mut self.sample;
        let scopes: Scopes = Scope::all().take(3).collect();
        let revoked = TokenRevocation { at: sample.moment(20), by: "operator root".to_owned() };
        Ok(ApiToken {
            id: ApiTokenId::from_bytes(id(6, number)),
            account: AccountId::from_bytes(id(1, sample.below(self.sizes.accounts.min(100)))),
            name: format!("Script {number}").parse()?,
            scopes,
            networks: Networks::any(),
            created_at: sample.moment(200),
            created_by: "account of the owner".to_owned(),
            expires_at: NOW.plus(Duration::from_secs(sample.below(200 * 86_400))),
            last_use: Some(TokenUse { at: sample.moment(20), address: sample.address() }),
            revoked: sample.one_in(5).then_some(revoked),
        })
    }

    async fn add_live_sessions(&mut self, transaction: &mut (dyn Transaction + '_)) -> Filled {
        let node = NodeId::from_bytes(id(9, 0));
        transaction.hear_of_node(node, NOW).await?;
        let mut sessions = Vec::new();
        for number in 0..LIVE_SESSIONS {
            let app_password = self.sample.below(self.app_passwords.len() as u64);
            let kept = self.app_passwords[usize::try_from(app_password)?];
            sessions.push(LiveSession {
                id: DoorSessionId::from_bytes(id(8, number)),
                node,
                account: AccountId::from_bytes(id(1, kept.account)),
                app_password: Some(AppPasswordId::from_bytes(id(2, app_password))),
                door: kept.door,
                address: self.sample.address(),
                client: Some("client.example.edu".to_owned()),
                acting_for: None,
                since: self.sample.moment(1),
                octets_from_client: self.sample.below(1_000_000),
                octets_to_client: self.sample.below(1_000_000),
            });
        }
        Ok(transaction.put_live_sessions(&sessions).await?)
    }

    /// It was done to a thousand accounts, to one in fifty of them not.
    async fn add_bulk_job(&mut self, transaction: &mut (dyn Transaction + '_)) -> Filled {
        let accounts: Vec<_> = (100..100 + CHANGED)
            .filter(|number| *number < self.sizes.accounts && !self.person(*number).is_deleted)
            .map(|number| AccountId::from_bytes(id(1, number)))
            .collect();
        let job = BulkJob {
            id: BulkJobId::from_bytes(id(10, 0)),
            account: AccountId::from_bytes(id(1, 0)),
            asked_by: format!("account {}", self.person(0).name),
            change: BulkChange::RequireRegistration(false),
            chosen: "all with group staff".to_owned(),
            total: 0,
            done: 0,
            not_done: 0,
            started_at: NOW,
            finished_at: None,
        };
        let job = transaction.insert_bulk_job(job, &BulkChoice::Listed(accounts.clone())).await?;
        let noted: Vec<_> = accounts
            .into_iter()
            .map(|account| {
                (account, self.sample.one_in(50).then(|| "the account is above your role".to_owned()))
            })
            .collect();
        transaction.note_bulk_accounts(job.id, &noted, NOW).await?;
        Ok(())
    }
}
