//! Which deed tells whom. Every operation of the audit log has a decision here; the deeds are done, and what they told is
//! compared with it.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a part of it")]

mod deeds;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use postern_domain::audit::Operation;
use postern_domain::notice::NoticeKind;

use watch::Step;

/// What is told of an operation.
enum Decision {
    /// These notices, each shown by a deed of this test.
    Tells(&'static [NoticeKind]),
    /// These, shown by another test.
    ShownBy(&'static [NoticeKind], &'static str),
    /// Nobody, for a reason.
    Nobody(&'static str),
}

/// A new operation has no decision until somebody makes one here: this does not compile before.
fn decision(operation: Operation) -> Decision {
    use Decision::{Nobody, ShownBy, Tells};
    use NoticeKind as K;
    match operation {
        // An account with a role that is added.
        Operation::AddAccount | Operation::ChangeRole => Tells(&[K::RoleChanged]),
        Operation::DeleteAccount => Tells(&[K::AccountDeleted]),
        Operation::BlockAccount => Tells(&[K::AccountBlocked]),
        Operation::UnblockAccount => Tells(&[K::AccountUnblocked]),
        Operation::ChangeAddresses => Tells(&[K::AccountRenamed]),
        Operation::ChangeKind => Tells(&[K::KindChanged]),
        Operation::ChangeAccountPassword => Tells(&[K::PasswordChanged]),
        Operation::ChangeMfaState | Operation::RequireRegistration => Tells(&[K::MfaChanged]),
        Operation::SignInToPortal => Tells(&[K::AdministratorSignedIn]),
        Operation::RegisterMethod | Operation::LinkOutsideIdentity => Tells(&[K::MethodRegistered]),
        Operation::DeleteMethod | Operation::UnlinkOutsideIdentity => Tells(&[K::MethodDeleted]),
        Operation::RefuseClonedPasskey => {
            ShownBy(&[K::PasskeyCopied], "portal::passkey::tests::copies::a_copy_that_is_behind_…")
        }
        Operation::RememberBrowser => Tells(&[K::BrowserRemembered]),
        Operation::MakeRecoveryCodes => Tells(&[K::RecoveryCodesMade]),
        Operation::UseRecoveryCode => Tells(&[K::RecoveryCodeUsed]),
        Operation::CreateAppPassword => Tells(&[K::AppPasswordCreated, K::AppPasswordCreatedOnBehalf]),
        Operation::RotateAppPassword => Tells(&[K::AppPasswordRotated]),
        Operation::ChangeAppPassword => Tells(&[K::AppPasswordWidened]),
        Operation::SuspendAppPassword => Tells(&[K::AppPasswordSuspended]),
        Operation::ResumeAppPassword => Tells(&[K::AppPasswordResumed]),
        Operation::RevokeAppPassword => Tells(&[K::AppPasswordRevoked]),
        Operation::ChangeImpersonationGrant => Tells(&[K::GrantChanged]),
        Operation::ConnectMailbox => {
            ShownBy(&[K::MailboxConnected], "upstream::tests::consent::what_is_connected_and_lapses_is_told")
        }
        Operation::WithdrawConsent => ShownBy(
            &[K::MailboxDisconnected],
            "upstream::tests::consent::what_is_connected_and_lapses_is_told",
        ),
        Operation::LapseConsent => {
            ShownBy(&[K::ConsentLapsed], "upstream::tests::consent::what_is_connected_and_lapses_is_told")
        }
        Operation::SetMailboxPassword => Tells(&[K::MailboxConnected]),
        Operation::RemoveMailboxPassword => Tells(&[K::MailboxDisconnected]),
        Operation::CreateApiToken => Tells(&[K::ApiTokenCreated]),
        Operation::RevokeApiToken => Tells(&[K::ApiTokenRevoked]),
        Operation::AddServicePrincipal
        | Operation::RotateClientSecret
        | Operation::RevokeServicePrincipal => Tells(&[K::ServicePrincipalChanged]),
        Operation::ChangeSetting => Tells(&[K::SettingWeakened]),
        Operation::AskForHelp => {
            ShownBy(&[K::HelpWanted], "refusal::ask_for_help::tests::an_owner_asks_once_about_each_refusal")
        }
        Operation::ChangeNotificationAddresses => Tells(&[K::AddressesChanged]),
        Operation::SealSignInEvents => Tells(&[K::AppPasswordFirstUse, K::NewNetwork]),
        Operation::ChangeDirectoryEntry
        | Operation::AddGroup
        | Operation::ChangeGroup
        | Operation::DeleteGroup => {
            Nobody("a directory's own words; what follows for an account is told as that")
        }
        Operation::ImportAccounts | Operation::StartBulkChange => {
            Nobody("each account of it is told by itself")
        }
        Operation::ChangeMethod => Nobody("a name, and which is asked for first: all methods still count"),
        Operation::ForgetBrowsers => Nobody("cuts off: the next sign-in asks for more"),
        Operation::RefuseOutsideIdentity => {
            Nobody("it concerns no account; refused sign-ins are in the report")
        }
        Operation::EndOldSecret => Nobody("cuts off; the rotation was told with the latest moment of this"),
        Operation::ChangeGroups => Nobody("what a group may is a setting, and a weaker one is told"),
        Operation::ChangeSid => Nobody("how others name the account; it opens nothing"),
        Operation::EndSessions | Operation::EndSession => Nobody(
            "cuts off: who is there signs in again; a mailbox that is disconnected by it is told as lapsed",
        ),
        Operation::RefuseUpstreamToken => {
            Nobody("Security info warns; when it lasts, the consent lapses, which is told")
        }
        Operation::MakeSetupLink => Nobody("there is no administrator yet, and afterwards no link"),
        Operation::GiveUpNotice => {
            Nobody("a notice about a notice would fail alike: Delivery and doctor show it")
        }
        Operation::EndOutsideSessions => Nobody("they signed out elsewhere, or whoever keeps them there did"),
        Operation::VerifyAuditLog | Operation::RotateKey => Nobody("nobody's credential changes"),
    }
}

/// What was told of each operation, by whom it was done and to whom it went.
#[tokio::test]
async fn each_deed_tells_whom_it_should() {
    let steps = deeds::all().await;
    let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut shown = String::new();
    for Step { deed, operations, notices } in &steps {
        let all_silent = operations.iter().all(|one| matches!(decision(*one), Decision::Nobody(_)));
        assert!(!all_silent || notices.is_empty(), "{deed} told {notices:?}");
        for operation in operations {
            told.entry(operation.name()).or_default().extend(notices.iter().map(|(kind, _)| kind.name()));
        }
        let notices: Vec<_> =
            notices.iter().map(|(kind, to)| format!("{} to {}", kind.name(), to.join(", "))).collect();
        let notices = if notices.is_empty() { "nobody".to_owned() } else { notices.join("; ") };
        shown.push_str(&format!("{deed}: {notices}\n"));
    }
    for operation in Operation::ALL {
        if let Decision::Tells(kinds) = decision(*operation) {
            let told = told.get(operation.name()).unwrap_or_else(|| panic!("{operation:?} was not done"));
            for kind in kinds {
                assert!(told.contains(kind.name()), "{operation:?} did not tell {kind:?}");
            }
        }
    }
    insta::assert_snapshot!(shown);
}

/// Every kind of notice is told by something: of an operation, or when its time has come.
#[test]
fn no_kind_of_notice_is_left_over() {
    // Shown by the tests of reminders.
    let mut kinds: BTreeSet<&str> = [
        NoticeKind::AppPasswordExpiresSoon,
        NoticeKind::AppPasswordIdleSoon,
        NoticeKind::ApiTokenExpiresSoon,
        NoticeKind::ClientSecretExpiresSoon,
        NoticeKind::ConsentExpiresSoon,
    ]
    .map(NoticeKind::name)
    .into();
    for operation in Operation::ALL {
        match decision(*operation) {
            Decision::Tells(told) => kinds.extend(told.iter().map(|kind| kind.name())),
            Decision::ShownBy(told, test) => {
                assert!(!test.is_empty());
                kinds.extend(told.iter().map(|kind| kind.name()));
            }
            Decision::Nobody(why) => assert!(why.len() > 10),
        }
    }
    let all: BTreeSet<&str> = NoticeKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(kinds, all);
}
