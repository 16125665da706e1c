//! Files, what they would do, and what they did.

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;

use super::{Import, ImportError, ImportPlan, Imported};
use crate::door::DoorAnswer;
use crate::testing::{ANNA, Fixture, OPERATOR, name};

const FILE: &str = "\
name,aliases,kind,role,mfa,groups,external id,status
anna@example.test,a.berg@example.test,person,,enforced,staff sales,1001,active
bert@example.test,,person,,disabled,staff,1002,blocked
scanner@example.test,,service-account,,,,1003,active
";

async fn plan(fixture: &Fixture, file: &str) -> Result<ImportPlan, ImportError> {
    let import = Import { file: file.as_bytes(), block_missing: None };
    fixture.service.plan_import(OPERATOR, import).await
}

async fn import(fixture: &Fixture, file: &str) -> Imported {
    let plan = plan(fixture, file).await.unwrap();
    fixture.service.import_accounts(OPERATOR, &plan).await.unwrap()
}

/// A plan in words.
fn told(plan: &ImportPlan) -> String {
    let mut told = String::new();
    for added in plan.added() {
        told.push_str(&format!("{}: add {}\n", added.line(), added.name()));
    }
    for changed in plan.changed() {
        for difference in changed.differences() {
            told.push_str(&format!("{}: {} {difference}\n", changed.line(), changed.name()));
        }
    }
    for blocked in plan.blocked() {
        told.push_str(&format!("block {blocked}\n"));
    }
    told + &format!("unchanged: {}", plan.unchanged())
}

/// The accounts in words.
async fn accounts(fixture: &Fixture) -> String {
    let mut snapshot = fixture.store.snapshot().await.unwrap();
    let all = snapshot.directory_accounts(None, 0, 100).await.unwrap();
    let line =
        |postern_storage::DirectoryAccount { account, entry, .. }: &postern_storage::DirectoryAccount| {
            let aliases: Vec<_> = account.aliases.iter().map(ToString::to_string).collect();
            let groups: Vec<_> = account.groups.iter().map(ToString::to_string).collect();
            let status = matches!(account.status, postern_domain::account::AccountStatus::Active);
            let external_id = entry.external_id.as_ref().map_or("-", |id| id.as_str());
            format!(
                "{} [{}] {:?} {} {} [{}] {external_id} {}",
                account.name,
                aliases.join(" "),
                account.kind,
                account.role.name(),
                account.mfa,
                groups.join(" "),
                if status { "active" } else { "blocked" }
            )
        };
    let mut lines: Vec<String> = all.iter().map(line).collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test]
async fn a_file_is_imported_and_a_second_time_changes_nothing() {
    let fixture = Fixture::open().await;
    let planned = plan(&fixture, FILE).await.unwrap();
    assert_eq!(
        told(&planned),
        "2: add anna@example.test\n3: add bert@example.test\n4: add scanner@example.test\nunchanged: 0"
    );
    assert_eq!(accounts(&fixture).await, "", "a plan changes nothing");
    let imported = fixture.service.import_accounts(OPERATOR, &planned).await.unwrap();
    assert_eq!(imported, Imported { added: 3, changed: 0, blocked: 0 });
    let as_imported = "\
anna@example.test [a.berg@example.test] Person member enforced [sales staff] 1001 active
bert@example.test [] Person member disabled [staff] 1002 blocked
scanner@example.test [] ServiceAccount member enforced [] 1003 active";
    assert_eq!(accounts(&fixture).await, as_imported);
    let again = plan(&fixture, FILE).await.unwrap();
    assert_eq!((told(&again), again.is_empty()), ("unchanged: 3".to_owned(), true));
    assert_eq!(fixture.service.import_accounts(OPERATOR, &again).await.unwrap(), Imported::default());
    fixture.service.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_plan_says_what_would_change_and_nothing_else_does() {
    let fixture = Fixture::open().await;
    import(&fixture, FILE).await;
    let file = "\
name;external id;groups;mfa;status
anna.lind@example.test;1001;sales lists;enforced;blocked
bert@example.test;1002;staff;enforced;
";
    let planned = plan(&fixture, file).await.unwrap();
    assert_eq!(
        told(&planned),
        "\
2: anna.lind@example.test addresses: anna@example.test, a.berg@example.test becomes anna.lind@example.test, a.berg@example.test
2: anna.lind@example.test groups: sales, staff becomes lists, sales
2: anna.lind@example.test status: active becomes blocked
3: bert@example.test MFA state: disabled becomes enforced
unchanged: 0"
    );
    let imported = fixture.service.import_accounts(OPERATOR, &planned).await.unwrap();
    assert_eq!(imported, Imported { added: 0, changed: 2, blocked: 0 });
    assert_eq!(
        accounts(&fixture).await,
        "\
anna.lind@example.test [a.berg@example.test] Person member enforced [lists sales] 1001 blocked
bert@example.test [] Person member enforced [staff] 1002 blocked
scanner@example.test [] ServiceAccount member enforced [] 1003 active"
    );
}

#[tokio::test]
async fn every_mistake_is_named_with_its_line_and_nothing_is_imported() {
    let fixture = Fixture::open().await;
    import(&fixture, FILE).await;
    let before = accounts(&fixture).await;
    let file = "\
name,aliases,external id
new@example.test,bert@example.test,2001
a.berg@example.test,,
bert@example.test,,1003
cy@example.test,x@example.test,2002
cy@example.test,,2002
di@example.test,x@example.test,
";
    let Err(ImportError::Mistakes(mistakes)) = plan(&fixture, file).await else { panic!("a plan was made") };
    assert_eq!(
        mistakes.to_string(),
        "\
the file has 7 mistakes, nothing was imported:
  line 2, aliases: bert@example.test belongs to bert@example.test already: take it away there first
  line 3, name: this is an alias of anna@example.test: write its user name anna@example.test
  line 4, external id: 1003 is the external id of scanner@example.test, and another account has the name of this row: correct one of the two
  line 4, name: bert@example.test is in line 2 too: an address belongs to one account
  line 6, name: cy@example.test is in line 5 too: an address belongs to one account
  line 6, external id: 2002 is in line 5 too: an external id belongs to one account
  line 7, aliases: x@example.test is in line 5 too: an address belongs to one account"
    );
    assert_eq!(accounts(&fixture).await, before);
}

#[tokio::test]
async fn who_is_missing_is_blocked_only_within_the_bound_that_was_given() {
    let fixture = Fixture::open().await;
    import(&fixture, FILE).await;
    fixture
        .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    fixture.account("cy@example.test", MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let file = "name\nbert@example.test\n";
    let missing = async |most| {
        let import = Import { file: file.as_bytes(), block_missing: Some(most) };
        fixture.service.plan_import(OPERATOR, import).await
    };
    let refused = missing(1).await.unwrap_err().to_string();
    assert_eq!(
        refused,
        "the file leaves out 2 persons, who would be blocked, but at most 1 may be: check that the file is whole, or allow more"
    );
    let planned = missing(2).await.unwrap();
    assert_eq!(told(&planned), "block anna@example.test\nblock cy@example.test\nunchanged: 1");
    let secret = created.secret.expose_canonical().to_owned();
    assert!(matches!(fixture.sign_in(ANNA, &secret).await, DoorAnswer::Accepted(_)));
    fixture.service.import_accounts(OPERATOR, &planned).await.unwrap();
    assert!(matches!(fixture.sign_in(ANNA, &secret).await, DoorAnswer::Refused(_)));
    assert!(missing(0).await.unwrap().is_empty(), "they are blocked already");
}

#[tokio::test]
async fn an_account_with_a_method_stays_enforced() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.enrol(ANNA).await;
    let plan = plan(&fixture, "name,mfa\nanna@example.test,enabled\n").await.unwrap();
    assert_eq!(told(&plan), "unchanged: 1");
}

#[tokio::test]
async fn somebody_must_stay_who_can_administer() {
    let fixture = Fixture::open().await;
    fixture
        .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    for column in ["role\nroot@example.test,member", "status\nroot@example.test,blocked"] {
        let refused = plan(&fixture, &format!("name,{column}\n")).await;
        assert!(matches!(refused, Err(ImportError::LastAdministrator)), "{refused:?}");
    }
    let handed_over = "name,role\nroot@example.test,member\nnew@example.test,global-administrator\n";
    assert_eq!(import(&fixture, handed_over).await, Imported { added: 1, changed: 1, blocked: 0 });
}

#[tokio::test]
async fn what_changed_since_the_plan_is_not_overwritten() {
    let fixture = Fixture::open().await;
    import(&fixture, FILE).await;
    let planned = plan(&fixture, "name,groups\nanna@example.test,lists\n").await.unwrap();
    fixture.service.add_to_group(OPERATOR, &name(ANNA), "board".parse().unwrap()).await.unwrap();
    let stopped = fixture.service.import_accounts(OPERATOR, &planned).await.unwrap_err().to_string();
    assert_eq!(
        stopped,
        "anna@example.test was changed by somebody else meanwhile, after 0 accounts had been imported: import the file again for the rest"
    );
    assert!(accounts(&fixture).await.contains("[board sales staff]"));
    let added = plan(&fixture, "name\nnew@example.test\n").await.unwrap();
    fixture.account("new@example.test", MfaState::Enforced).await;
    let stopped = fixture.service.import_accounts(OPERATOR, &added).await;
    assert!(matches!(stopped, Err(ImportError::ChangedMeanwhile { applied: 0, .. })), "{stopped:?}");
}

#[tokio::test]
async fn many_thousand_rows_are_imported_in_portions() {
    let fixture = Fixture::open().await;
    let rows: String =
        (0..2_600).map(|n| format!("user{n}@example.test,u{n}@alias.test,staff,{n}\n")).collect();
    let file = format!("name,aliases,groups,external id\n{rows}");
    assert_eq!(import(&fixture, &file).await, Imported { added: 2_600, changed: 0, blocked: 0 });
    assert!(plan(&fixture, &file).await.unwrap().is_empty());
    let groups = fixture.service.list_groups(OPERATOR, None, 10).await.unwrap();
    assert_eq!(groups, [("staff".parse().unwrap(), 2_600)]);
}

/// Whoever wrote the file does not write on the terminal of who imports it, nor more than can be read.
#[tokio::test]
async fn a_mistake_shows_a_cell_as_something_to_read() {
    let fixture = Fixture::open().await;
    let file = format!(
        "name,groups,ro\u{1b}]0;owned\u{7}le\nan\0na@example.test,\u{1b}[2Jstaff,\nx\u{202e}@y,{},\n",
        "g!".repeat(100_000)
    );
    let Err(ImportError::Mistakes(mistakes)) = plan(&fixture, &file).await else { panic!("it has mistakes") };
    assert_eq!(
        mistakes.first[0].to_string(),
        "line 1: there is no column “ro\\u{1b}]0;owned\\u{7}le”: the columns are name, aliases, kind, role, mfa, groups, external id, status"
    );
    let file = file.replace("ro\u{1b}]0;owned\u{7}le", "role");
    let Err(ImportError::Mistakes(mistakes)) = plan(&fixture, &file).await else { panic!("it has mistakes") };
    let told: Vec<String> = mistakes.first.iter().map(ToString::to_string).collect();
    let begins = [
        "line 2, name: “an\\u{0}na@example.test” is",
        "line 2, groups: “\\u{1b}[2Jstaff” is",
        "line 3, name: “x\\u{202e}@y” is",
        "line 3, groups: “g!g!",
    ];
    for (told, begin) in told.iter().zip(begins) {
        assert!(told.starts_with(begin) && told.chars().count() < 400, "{told}");
        assert!(!told.contains(postern_domain::text::is_unseen), "{told:?}");
    }
    assert_eq!(told.len(), begins.len());
}
