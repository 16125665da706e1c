//! A service of which each deed's records and notices are looked at, and the people in it.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use postern_domain::notice::NoticeKind;
use postern_domain::{Clock as _, Timestamp};
use postern_service::By;
use postern_service::portal::{FullSession, HalfSession, PortalSignIn, Standing};
use postern_testkit::{ACCOUNT_PASSWORD, FakeIdentityProvider, OPERATOR, TestService, account_name};

pub(super) const ANNA: &str = "anna@example.test";
pub(super) const BEA: &str = "bea@example.test";
pub(super) const CRM: &str = "crm@example.test";

/// A deed with what it recorded and told.
pub(super) struct Step {
    pub(super) deed: String,
    pub(super) operations: Vec<Operation>,
    /// Each kind with the addresses.
    pub(super) notices: Vec<(NoticeKind, Vec<String>)>,
}

/// Anna, Bea (a global administrator), and a service account.
pub(super) struct Watch {
    pub(super) test: TestService,
    pub(super) anna: FullSession,
    pub(super) bea: FullSession,
    pub(super) codes: Vec<RecoveryCode>,
    anna_app: TotpSecret,
    bea_app: TotpSecret,
    recorded: u64,
    told: u64,
    pub(super) steps: Vec<Step>,
}

impl Watch {
    /// With the sign-ins by which it begins as its first steps.
    pub(super) async fn open() -> Self {
        let provider = FakeIdentityProvider::new("https://login.example.test");
        let registration = vec![provider.registration("Staff")];
        let test = TestService::open_with_identity_providers(registration, Arc::clone(&provider) as _).await;
        Self::of(test).await
    }

    pub(super) async fn of(test: TestService) -> Self {
        let operator = "the operator";
        test.account(ANNA, MfaState::Enforced).await;
        test.add(CRM, MfaState::Disabled, Role::Member, AccountKind::ServiceAccount).await;
        let mut steps = vec![step(&test, (&mut 0, &mut 0), format!("{operator} adds accounts")).await];
        let (mut recorded, mut told) = places(&test).await;
        test.administrator(BEA).await;
        let deed = format!("{operator} adds a global administrator");
        steps.push(step(&test, (&mut recorded, &mut told), deed).await);
        let (anna, anna_app, codes) = enrol(&test, ANNA).await;
        let deed = "the owner signs in for the first time and registers an authenticator app".to_owned();
        steps.push(step(&test, (&mut recorded, &mut told), deed).await);
        let (bea, bea_app, _) = enrol(&test, BEA).await;
        let deed = "the administrator does".to_owned();
        steps.push(step(&test, (&mut recorded, &mut told), deed).await);
        Self { test, anna, bea, codes, anna_app, bea_app, recorded, told, steps }
    }

    /// Notes what was recorded and told since the step before.
    pub(super) async fn did(&mut self, deed: &str) {
        let places = (&mut self.recorded, &mut self.told);
        self.steps.push(step(&self.test, places, deed.to_owned()).await);
    }

    /// A moment later, with second factors that are fresh.
    pub(super) async fn later(&mut self) {
        self.test.clock.advance(Duration::from_secs(60));
        self.anna = again(&self.test, ANNA, &self.anna_app).await;
        self.bea = again(&self.test, BEA, &self.bea_app).await;
        let (recorded, told) = places(&self.test).await;
        (self.recorded, self.told) = (recorded, told);
    }

    pub(super) fn by_anna(&self) -> By<'_> {
        By::Session(&self.anna)
    }

    pub(super) fn by_bea(&self) -> By<'_> {
        By::Session(&self.bea)
    }

    /// Signs in again and says that it was done.
    pub(super) async fn signs_in(&mut self, who: &str, deed: &str) {
        self.test.clock.advance(Duration::from_secs(60));
        let app = if who == ANNA { &self.anna_app } else { &self.bea_app };
        again(&self.test, who, app).await;
        self.did(deed).await;
    }

    /// A session of Anna's without the second factor.
    pub(super) async fn half(&self) -> HalfSession {
        half(&self.test, ANNA).await
    }

    pub(super) fn now(&self) -> Timestamp {
        self.test.clock.now()
    }
}

async fn places(test: &TestService) -> (u64, u64) {
    let mut snapshot = test.store.snapshot().await.unwrap();
    (snapshot.audit_head().await.unwrap().sequence, snapshot.notice_head().await.unwrap())
}

async fn step(test: &TestService, (recorded, told): (&mut u64, &mut u64), deed: String) -> Step {
    // Addresses are with the deliveries.
    test.service.deliver_notices().await.unwrap();
    let mut snapshot = test.store.snapshot().await.unwrap();
    let records = snapshot.audit_records_after(*recorded, 1000).await.unwrap();
    let notices = snapshot.notices_after(*told, 1000).await.unwrap();
    let mails = test.messenger.take_mails();
    let to = |id: String| {
        let mut to: Vec<String> = mails
            .iter()
            .filter(|mail| mail.id.as_deref() == Some(&id))
            .map(|mail| mail.to.to_string())
            .collect();
        to.sort();
        to
    };
    let notices: Vec<_> = (notices.iter())
        .map(|(notice, _)| {
            (notice.text.kind, to(format!("notice-{}-{}", notice.sequence, notice.text.at.as_millis())))
        })
        .collect();
    *recorded += records.len() as u64;
    *told += notices.len() as u64;
    Step { deed, operations: records.iter().map(|record| record.operation).collect(), notices }
}

async fn half(test: &TestService, who: &str) -> HalfSession {
    let sign_in = PortalSignIn {
        name: who.to_owned(),
        password: AccountPassword::typed(ACCOUNT_PASSWORD),
        remembered: None,
        replaces: None,
        address: std::net::IpAddr::from([198, 51, 100, 7]),
        user_agent: "Browser/1.0".to_owned(),
    };
    match test.service.start_portal_session(sign_in).await.unwrap().standing {
        Standing::AwaitingSecondFactor(half) | Standing::MustRegister(half) => half,
        Standing::Full(_) => panic!("no second factor was asked for"),
    }
}

fn code(test: &TestService, app: &TotpSecret) -> String {
    app.code_at(TotpStep::at(test.clock.now()))
}

async fn enrol(test: &TestService, who: &str) -> (FullSession, TotpSecret, Vec<RecoveryCode>) {
    let half = half(test, who).await;
    let enrolment = test.service.begin_totp_enrolment(half.session()).await.unwrap();
    let typed = code(test, &enrolment.secret);
    let done = test.service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &typed).await;
    let (_, session, codes) = done.unwrap();
    (session, enrolment.secret, codes.unwrap())
}

async fn again(test: &TestService, who: &str, app: &TotpSecret) -> FullSession {
    let half = half(test, who).await;
    match test.service.verify_totp(half.session(), &code(test, app)).await.unwrap().1 {
        Standing::Full(session) => session,
        Standing::AwaitingSecondFactor(_) | Standing::MustRegister(_) => panic!("it was the second factor"),
    }
}

/// The names as the deeds take them.
pub(super) fn name(text: &str) -> postern_domain::account::AccountName {
    account_name(text)
}

/// Who has the machine.
pub(super) const THE_OPERATOR: By<'static> = OPERATOR;
