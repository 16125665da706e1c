//! Acting for another mailbox.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::account::{Account, AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReason;

use crate::account::AccountError;
use crate::app_password::{AppPasswordError, CreateAppPassword};
use crate::door::{
    DoorAnswer, DoorSession, DoorSignIn, Ending, Impersonation, ImpersonationTarget, Judgement,
};
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, attempt, name, new_app_password};

const BACKUP: &str = "backup@example.test";
const BO: &str = "bo@example.test";
const INFO: &str = "info@example.test";

fn mailbox(text: &str) -> ImpersonationGrant {
    ImpersonationGrant::named([name(text)], [], []).unwrap()
}

fn group(text: &str) -> ImpersonationGrant {
    ImpersonationGrant::named([], [text.parse().unwrap()], []).unwrap()
}

fn acting_for(who: &str, secret: &str, target: &str) -> DoorSignIn {
    DoorSignIn { authorization_id: Some(target.to_owned()), ..attempt(who, secret) }
}

/// A service account with an app password; Anna and Bo.
async fn people() -> (Fixture, String) {
    let fixture = Fixture::open().await;
    fixture.add(BACKUP, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account(BO, MfaState::Enforced).await;
    let secret = fixture.app_password(BACKUP, "Nightly backup").await.secret.expose_grouped().to_string();
    (fixture, secret)
}

impl Fixture {
    async fn grant(&self, grant: Option<ImpersonationGrant>) -> Account {
        self.service.set_impersonation_grant(OPERATOR, &name(BACKUP), grant).await.unwrap()
    }

    async fn acting(&self, secret: &str, target: &str) -> Arc<DoorSession> {
        match self.service.sign_in_at_door(acting_for(BACKUP, secret, target)).await.unwrap() {
            DoorAnswer::Accepted(session) => Arc::from(session),
            other => panic!("not accepted: {other:?}"),
        }
    }

    async fn asked_for(&self, session: &Arc<DoorSession>, target: ImpersonationTarget) -> String {
        match self.service.impersonate(session, &target).await.unwrap() {
            Impersonation::Granted(granted) => {
                // A session of its own exactly while it acts for another.
                assert_eq!(granted.is_acting_for_another(), granted.id() != session.id());
                granted.mailbox().to_string()
            }
            Impersonation::Denied(refusal) => self.reason(refusal.reference).await.to_owned(),
        }
    }
}

#[tokio::test]
async fn only_what_a_grant_names_is_opened_and_the_record_says_whose() {
    let (fixture, secret) = people().await;
    assert_eq!(fixture.outcome(acting_for(BACKUP, &secret, BO)).await, "impersonation-not-granted");
    fixture.grant(Some(mailbox(BO))).await;
    let session = fixture.acting(&secret, "BO@example.test").await;
    assert_eq!(session.mailbox().as_str(), BO);
    assert_eq!(session.mailbox_account().unwrap().name.as_str(), BO);
    assert_eq!(session.account().name.as_str(), BACKUP);
    assert!(session.is_acting_for_another());
    assert!(session.permits_sender(BO) && !session.permits_sender(BACKUP));

    let own = fixture.acting(&secret, BACKUP).await;
    assert!(!own.is_acting_for_another());
    assert_eq!(own.mailbox().as_str(), BACKUP);

    for target in [ANNA, INFO, "bo", "bo@sub.example.test", "*", "EXAMPLE\\bo", "bo@example.test "] {
        let outcome = fixture.outcome(acting_for(BACKUP, &secret, target)).await;
        let expected = if target.trim() == BO { "accepted" } else { "impersonation-not-granted" };
        assert_eq!(outcome, expected, "{target:?}");
    }
    let recorded = fixture.events().await.into_iter().map(|event| {
        let outcome = if event.outcome.is_accepted() { "accepted" } else { "refused" };
        let target = event.acting_for.map_or_else(|| "-".to_owned(), |name| name.to_string());
        format!("{outcome} {target}")
    });
    let mut recorded = recorded.collect::<Vec<_>>();
    recorded.sort();
    assert_eq!(
        recorded,
        [
            "accepted -",
            "accepted bo@example.test",
            "accepted bo@example.test",
            "refused -",
            "refused -",
            "refused -",
            "refused anna@example.test",
            "refused bo@example.test",
            "refused bo@sub.example.test",
            "refused info@example.test",
        ]
    );
}

#[tokio::test]
async fn an_alias_means_its_account_and_a_group_who_is_in_it_now() {
    let (fixture, secret) = people().await;
    let new = crate::account::AddAccount {
        name: name("cy@example.test"),
        aliases: vec![name("cy@alias.test")],
        kind: AccountKind::Person,
        role: Role::Member,
        mfa: None,
        password: None,
    };
    fixture.service.add_account(OPERATOR, new).await.unwrap();
    // A grant that is given by an alias is kept by the primary address.
    let account = fixture.grant(Some(mailbox("cy@alias.test"))).await;
    assert_eq!(account.grant, Some(mailbox("cy@example.test")));
    assert_eq!(fixture.acting(&secret, "cy@alias.test").await.mailbox().as_str(), "cy@example.test");

    fixture.grant(Some(group("sales"))).await;
    assert_eq!(fixture.outcome(acting_for(BACKUP, &secret, BO)).await, "impersonation-not-granted");
    let sales = || "sales".parse().unwrap();
    fixture.service.add_to_group(OPERATOR, &name(BO), sales()).await.unwrap();
    let session = fixture.acting(&secret, BO).await;
    assert_eq!(fixture.outcome(acting_for(BACKUP, &secret, INFO)).await, "impersonation-not-granted");
    assert_eq!(fixture.service.judge_session(&session).await.unwrap(), Judgement::GoesOn);
    fixture.service.remove_from_group(OPERATOR, &name(BO), &sales()).await.unwrap();
    assert!(matches!(fixture.service.judge_session(&session).await.unwrap(), Judgement::Ends(_)));
    assert_eq!(fixture.outcome(acting_for(BACKUP, &secret, BO)).await, "impersonation-not-granted");
}

#[tokio::test]
async fn blocked_and_deleted_mailboxes_are_refused_and_foreign_ones_are_not() {
    let (fixture, secret) = people().await;
    fixture.grant(Some(ImpersonationGrant::All)).await;
    let session = fixture.acting(&secret, BO).await;
    assert_eq!(fixture.acting(&secret, INFO).await.mailbox_account(), None);
    let told = async |fixture: &Fixture| {
        let attempt = acting_for(BACKUP, &secret, BO);
        let DoorAnswer::Refused(refusal) = fixture.service.sign_in_at_door(attempt).await.unwrap() else {
            panic!("a blocked mailbox was opened")
        };
        fixture.service.look_up_refusal(OPERATOR, refusal.reference).await.unwrap().what
    };
    fixture.service.block_account(OPERATOR, &name(BO)).await.unwrap();
    assert!(matches!(fixture.service.judge_session(&session).await.unwrap(), Judgement::Ends(_)));
    assert_eq!(
        told(&fixture).await,
        "backup@example.test asked to act for bo@example.test, which its grant names; but that account was blocked on 2026-11-22T14:15:54Z by operator test."
    );
    fixture.service.delete_account(OPERATOR, &name(BO)).await.unwrap();
    assert!(told(&fixture).await.contains("was deleted on"));
}

#[tokio::test]
async fn an_account_that_comes_to_a_foreign_mailbox_takes_its_sessions_along() {
    let (fixture, secret) = people().await;
    fixture.grant(Some(ImpersonationGrant::All)).await;
    let session = fixture.acting(&secret, INFO).await;
    fixture.account(INFO, MfaState::Enforced).await;
    assert_eq!(fixture.service.judge_session(&session).await.unwrap(), Judgement::GoesOn);
    fixture.service.block_account(OPERATOR, &name(INFO)).await.unwrap();
    let denied = Judgement::Ends(Ending::Refused(RefusalReason::ImpersonationNotGranted));
    assert_eq!(fixture.service.judge_session(&session).await.unwrap(), denied);
}

#[tokio::test]
async fn an_app_password_narrows_its_accounts_grant_and_widens_nothing() {
    let (fixture, inheriting) = people().await;
    fixture.grant(Some(ImpersonationGrant::named([name(ANNA), name(BO)], [], []).unwrap())).await;
    let narrow = CreateAppPassword { grant: Some(mailbox(BO)), ..new_app_password(BACKUP, "Only for Bo") };
    let narrow = fixture.service.create_app_password(OPERATOR, narrow).await.unwrap();
    let wide = CreateAppPassword {
        grant: Some(ImpersonationGrant::All),
        ..new_app_password(BACKUP, "For everybody")
    };
    let wide = fixture.service.create_app_password(OPERATOR, wide).await.unwrap();
    let secrets: [&str; 3] = [&inheriting, &narrow.secret.expose_grouped(), &wide.secret.expose_grouped()];
    let mut lines = Vec::new();
    for target in [ANNA, BO, INFO] {
        for secret in secrets {
            lines.push(fixture.outcome(acting_for(BACKUP, secret, target)).await);
        }
    }
    let (yes, no) = ("accepted", "impersonation-not-granted");
    assert_eq!(lines, [yes, no, yes, yes, yes, yes, no, no, no]);

    let session = fixture.acting(&inheriting, ANNA).await;
    let id = session.app_password().unwrap().id;
    fixture.service.narrow_impersonation(OPERATOR, id, Some(mailbox(BO))).await.unwrap();
    assert!(matches!(fixture.service.judge_session(&session).await.unwrap(), Judgement::Ends(_)));
}

/// It tells nothing, at the doors and afterwards: neither whether there is such a mailbox nor what is granted.
#[tokio::test]
async fn a_refused_impersonation_reads_like_every_refusal() {
    let (fixture, secret) = people().await;
    fixture.grant(Some(mailbox(BO))).await;
    fixture.service.block_account(OPERATOR, &name(BO)).await.unwrap();
    let session = Arc::new(fixture.accepted(BACKUP, &secret).await);
    for target in [ANNA, BO, INFO, "no address"] {
        let at_the_door = match fixture.service.sign_in_at_door(acting_for(BACKUP, &secret, target)).await {
            Ok(DoorAnswer::Refused(refusal)) => refusal,
            other => panic!("{target}: {other:?}"),
        };
        let asked = ImpersonationTarget::Address(target.to_owned());
        let afterwards = match fixture.service.impersonate(&session, &asked).await.unwrap() {
            Impersonation::Denied(refusal) => refusal,
            Impersonation::Granted(_) => panic!("{target} was granted"),
        };
        for refusal in [at_the_door, afterwards] {
            let text = refusal.text.replace(&refusal.reference.to_string(), "7Q3K-M2XA");
            assert_eq!(
                text,
                "Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref 7Q3K-M2XA)"
            );
            assert!(!refusal.secret_has_ended && refusal.retry_after.is_none());
        }
    }
}

/// The record of a change names who, what it was before, and what it is now.
#[tokio::test]
async fn grants_are_recorded_and_announced() {
    let (fixture, _) = people().await;
    let mut changes = fixture.service.changes();
    let account = fixture.grant(Some(mailbox(BO))).await;
    let heard = changes.recv().await.unwrap().kind;
    assert_eq!(heard, postern_storage::ChangeKind::Account(account.id));
    fixture.grant(Some(mailbox(BO))).await;
    fixture.grant(None).await;
    let filter = postern_storage::AuditFilter {
        operation: Some(Operation::ChangeImpersonationGrant),
        limit: 10,
        ..postern_storage::AuditFilter::default()
    };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    let told = records.iter().map(|record| {
        let details = record.details.iter().map(|(name, value)| format!("{name}: {value}"));
        format!("{} by {}; {}", record.operation.name(), record.actor, details.collect::<Vec<_>>().join(", "))
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "Change impersonation grant by operator test; after: no mailbox, before: bo@example.test, name: backup@example.test",
            "Change impersonation grant by operator test; after: bo@example.test, before: no mailbox, name: backup@example.test",
        ],
        "what changes nothing leaves no record"
    );
}

#[tokio::test]
async fn a_person_acts_for_nobody_and_an_account_password_neither() {
    let (fixture, _) = people().await;
    let refused = fixture.service.set_impersonation_grant(OPERATOR, &name(ANNA), Some(mailbox(BO))).await;
    assert!(matches!(refused, Err(AccountError::NotAServiceAccount)), "{refused:?}");
    let new = CreateAppPassword { grant: Some(mailbox(BO)), ..new_app_password(ANNA, "Acts for Bo") };
    let refused = fixture.service.create_app_password(OPERATOR, new).await;
    assert!(matches!(refused, Err(AppPasswordError::NotAServiceAccount)), "{refused:?}");

    fixture.grant(Some(ImpersonationGrant::All)).await;
    fixture.service.set_mfa_state(OPERATOR, &name(BACKUP), MfaState::Disabled).await.unwrap();
    assert_eq!(fixture.outcome(attempt(BACKUP, ACCOUNT_PASSWORD)).await, "accepted");
    let by_account_password = acting_for(BACKUP, ACCOUNT_PASSWORD, BO);
    assert_eq!(fixture.outcome(by_account_password).await, "impersonation-not-granted");
}

#[tokio::test]
async fn each_request_is_judged_by_the_grant_of_that_moment_and_recorded_once() {
    let (fixture, secret) = people().await;
    let session = Arc::new(fixture.accepted(BACKUP, &secret).await);
    let sid = "S-1-5-21-7";
    fixture.service.set_sid(OPERATOR, &name(BO), Some(sid.parse().unwrap())).await.unwrap();
    let (address, sid) =
        (|| ImpersonationTarget::Address(BO.to_owned()), || ImpersonationTarget::Sid(sid.to_owned()));
    assert_eq!(fixture.asked_for(&session, address()).await, "impersonation-not-granted");
    assert_eq!(fixture.asked_for(&session, address()).await, "impersonation-not-granted");
    fixture.grant(Some(mailbox(BO))).await;
    assert_eq!(fixture.asked_for(&session, address()).await, BO);
    assert_eq!(fixture.asked_for(&session, sid()).await, BO);
    let by_principal_name = ImpersonationTarget::PrincipalName("Bo@Example.test".to_owned());
    assert_eq!(fixture.asked_for(&session, by_principal_name).await, BO);
    fixture.grant(None).await;
    assert_eq!(fixture.asked_for(&session, address()).await, "impersonation-not-granted");

    for nobody in
        [ImpersonationTarget::Sid("S-1-5-21-8".to_owned()), ImpersonationTarget::Address(String::new())]
    {
        assert_eq!(fixture.asked_for(&session, nobody).await, "impersonation-not-granted");
    }
    let own = fixture.asked_for(&session, ImpersonationTarget::Address(BACKUP.to_owned())).await;
    assert_eq!(own, BACKUP);
    // The sign-in, Bo denied, granted and denied, and nobody: what came again is not told again.
    assert_eq!(fixture.events().await.len(), 5);
    fixture.clock.advance(Duration::from_secs(301));
    assert_eq!(fixture.asked_for(&session, address()).await, "impersonation-not-granted");
    assert_eq!(fixture.events().await.len(), 6);
    fixture.service.revoke_app_password(OPERATOR, session.app_password().unwrap().id, "").await.unwrap();
    assert_eq!(fixture.asked_for(&session, address()).await, "revoked");
}
