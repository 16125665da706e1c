//! Accounts in the admin area: what a change asks before it is done, and whom it does not reach.

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_testkit::{OPERATOR, account_name};

use super::client::{Person, Shown, TestPortal};

const BULK: &str = "/admin/accounts/bulk";
const ANNA: &str = "anna@example.test";
/// Who [`in_the_role`] makes a global administrator.
const ROOT: &str = "global-administrator@example.test";

async fn in_the_role(portal: &TestPortal, role: Role) -> Person {
    let name = format!("{}@example.test", role.name());
    portal.test.add(&name, MfaState::Enforced, role, AccountKind::Person).await;
    portal.enrolled(&name).await
}

async fn id(portal: &TestPortal, name: &str) -> String {
    portal.test.service.find_account(OPERATOR, &account_name(name)).await.unwrap().account.id.to_string()
}

/// Confirms the question, and waits until the change has ended.
async fn confirmed(person: &mut Person, question: &Shown) -> String {
    let begun = person.client.submit(question, BULK, &[]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    let address = begun.location().to_owned();
    loop {
        let shown = person.client.get(&address).await;
        if shown.text().contains("Finished") {
            assert_eq!(shown.header("refresh"), "");
            return shown.text().split_whitespace().collect::<Vec<_>>().join(" ");
        }
        assert_eq!(shown.header("refresh"), "2");
        tokio::task::yield_now().await;
    }
}

/// The question before the form is not all: who has the form's token posts without it.
#[tokio::test]
async fn an_account_is_added_with_a_fresh_second_factor_only() {
    let portal = TestPortal::open().await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    portal.test.clock.advance(std::time::Duration::from_secs(11 * 60));
    let token = root.client.get("/admin/accounts").await.hidden("/sign-out", "form_token");
    let new = [("name", "bo@example.test"), ("kind", "person"), ("role", "global-administrator")];
    for password in ["", "correct horse battery staple"] {
        let fields = [("form_token", token.as_str()), ("password", password)];
        let fields: Vec<_> = new.iter().chain(&fields).copied().collect();
        let question = root.client.post("/admin/accounts/new", &fields).await;
        assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
        assert!(!question.text().contains("battery"), "a password does not travel through the question");
        let none = portal.test.service.find_account(OPERATOR, &account_name("bo@example.test")).await;
        assert!(none.is_err(), "nothing was added");
        if password.is_empty() {
            assert_eq!(question.hidden("/admin/accounts/new", "name"), "bo@example.test");
        }
    }
    let fields: Vec<_> = new.iter().copied().chain([("form_token", token.as_str())]).collect();
    let question = root.client.post("/admin/accounts/new", &fields).await;
    let code = portal.code(&root.key);
    let added = root.client.submit(&question, "/admin/accounts/new", &[("step_up_code", &code)]).await;
    assert!(added.location().ends_with("?done=added"), "{}", added.text());
}

/// What a deed leaves is said before it is done (docs/admin/mfa-rollout.md has it in a table).
#[tokio::test]
async fn what_stays_is_said_before_sessions_are_ended() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let anna = id(&portal, ANNA).await;
    for (deed, words) in [
        ("sign-out", "App passwords and API tokens stay"),
        ("registration", "App passwords and API tokens stay"),
        ("block", "Its app passwords and API tokens open nothing until it is unblocked"),
        ("delete", "Its app passwords and API tokens are revoked"),
    ] {
        let text = root.client.get(&format!("/admin/accounts/{anna}/{deed}")).await.text();
        assert!(text.contains(words), "{deed}: {text}");
    }
    let page = root.client.get("/admin/accounts").await;
    for (change, stay) in [("end-sessions", true), ("require-registration", true), ("block", false)] {
        let question = root.client.submit(&page, BULK, &[("which", "matching"), ("change", change)]).await;
        let said = question.text().contains("App passwords and API tokens stay");
        assert_eq!(said, stay, "{change}: {}", question.text());
    }
}

#[tokio::test]
async fn nothing_is_done_before_it_is_confirmed_and_what_stops_is_shown() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Disabled).await;
    portal.test.sign_in(ANNA, postern_testkit::ACCOUNT_PASSWORD).await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let page = root.client.get("/admin/mfa?mfa=disabled").await;
    let question =
        root.client.submit(&page, BULK, &[("which", "matching"), ("change", "mfa enforced")]).await;
    let text = question.text();
    assert!(text.contains("Enforce MFA?") && text.contains("1 program of 1 account"), "{text}");
    assert!(text.contains("client.example.test"), "{text}");
    let state =
        async || portal.test.service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap().account.mfa;
    assert_eq!(state().await, MfaState::Disabled);
    let shown = confirmed(&mut root, &question).await;
    assert!(shown.contains("Changed 1 Not changed 0"), "{shown}");
    assert_eq!(state().await, MfaState::Enforced);
    let file = root.client.get("/admin/mfa/programs.csv?stopped=yes").await;
    assert!(file.body.contains("\"anna@example.test\",\"enforced\",\"smtp\""), "{}", file.body);
}

#[tokio::test]
async fn a_form_that_asks_for_nothing_does_nothing() {
    let portal = TestPortal::open().await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let page = root.client.get("/admin/accounts").await;
    for fields in [
        &[("which", "listed"), ("change", "block")][..],
        &[("which", "matching"), ("change", "")],
        &[("which", "matching"), ("change", "add-to-group"), ("to-group", "two words")],
    ] {
        let shown = root.client.submit(&page, BULK, &[fields, &[("confirmed", "yes")]].concat()).await;
        assert!(shown.text().contains("Back to the accounts"), "{}", shown.text());
    }
    let changes = root.client.get("/admin/changes").await;
    assert!(changes.text().contains("None yet"), "{}", changes.text());
}

#[tokio::test]
async fn the_help_desk_reaches_members_only() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    in_the_role(&portal, Role::Auditor).await;
    let mut help = in_the_role(&portal, Role::HelpDesk).await;
    let page = help.client.get("/admin/accounts").await;
    assert!(!page.body.contains("value=\"block\""), "{}", page.body);
    let question =
        help.client.submit(&page, BULK, &[("which", "matching"), ("change", "end-sessions")]).await;
    let shown = confirmed(&mut help, &question).await;
    assert!(shown.contains("Changed 1") && shown.contains("Not changed 2"), "{shown}");
    assert!(
        shown.contains("auditor@example.test") && shown.contains("for an account with this role"),
        "{shown}"
    );
    // A form of one's own making asks for what the list does not offer.
    let question = help.client.submit(&page, BULK, &[("which", "matching"), ("change", "block")]).await;
    let refused = help.client.submit(&question, BULK, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let auditor = id(&portal, "auditor@example.test").await;
    let refused = help.client.get(&format!("/admin/accounts/{auditor}/sign-out")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// One click on the account's page deletes nothing: it leads to the question, which says what goes with the method.
#[tokio::test]
async fn a_method_of_somebody_is_deleted_after_a_question() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    portal.enrolled(ANNA).await;
    let mut help = in_the_role(&portal, Role::HelpDesk).await;
    let account = format!("/admin/accounts/{}", id(&portal, ANNA).await);
    let page = help.client.get(&account).await;
    assert!(!page.body.contains("<form method=\"post\" action=\"/admin"), "{}", page.body);
    let link = format!("href=\"{account}/methods/");
    let method = page.body.split(&link).nth(1).unwrap().split('/').next().unwrap();
    let address = format!("{account}/methods/{method}/delete");
    let question = help.client.get(&address).await;
    let text = question.text();
    for said in ["Delete Phone of", "authenticator app", "the recovery codes are deleted with it", "Cancel"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let done = help.client.submit(&question, &address, &[]).await;
    assert_eq!(done.location(), format!("{account}?done=method"), "{}", done.text());
    assert!(help.client.get(&account).await.text().contains("No authentication method is registered."));
    assert_eq!(help.client.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_last_administrator_is_told_why_the_role_stays() {
    let portal = TestPortal::open().await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let id = id(&portal, "global-administrator@example.test").await;
    let path = format!("/admin/accounts/{id}/role");
    let shown = root.client.open_and_submit(&path, &[("role", "member")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("This is the last administrator"), "{}", shown.text());
}

#[tokio::test]
async fn a_person_s_secret_is_shown_to_another_after_a_confirmation_only() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let path = format!("/admin/accounts/{}/app-passwords/new", id(&portal, ANNA).await);
    let fields = [("name", "Scanner 2nd floor"), ("purpose", "own"), ("door", "smtp")];
    let shown = root.client.open_and_submit(&path, &fields).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("Confirm that you will know the secret"), "{}", shown.text());
    let shown = root.client.open_and_submit(&path, &[&fields[..], &[("known", "yes")]].concat()).await;
    assert!(shown.text().contains("It is shown only now"), "{}", shown.text());
    let page = path.trim_end_matches("/app-passwords/new");
    let account = root.client.get(page).await.text();
    assert!(account.contains("the secret was shown to who created it"), "{account}");
}

#[tokio::test]
async fn a_mistake_stands_beside_its_field_and_what_was_typed_stays() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let anna = format!("/admin/accounts/{}", id(&portal, ANNA).await);
    let (add, secret, addresses) =
        ("/admin/accounts/new".to_owned(), format!("{anna}/app-passwords/new"), format!("{anna}/addresses"));
    let password = ("password", "correct horse battery");
    for (path, fields, field, kept) in [
        (&add, vec![("name", "bert"), password], "name", "value=\"bert\""),
        (
            &add,
            vec![("name", "bert@example.test"), ("aliases", "b b"), password],
            "aliases",
            ">b b</textarea>",
        ),
        (
            &add,
            vec![("name", "bert@example.test"), ("password", "short")],
            "password",
            "value=\"bert@example.test\"",
        ),
        (&add, vec![("name", ANNA), password], "name", "value=\"anna@example.test\""),
        (
            &secret,
            vec![("name", "Printer"), ("purpose", "printer"), ("known", "yes")],
            "name",
            "value=\"Printer\"",
        ),
        (
            &secret,
            vec![("name", "Scanner 2nd floor"), ("purpose", "own"), ("known", "yes")],
            "doors",
            "value=\"Scanner 2nd floor\"",
        ),
        (
            &secret,
            vec![
                ("name", "Scanner 2nd floor"),
                ("purpose", "printer"),
                ("networks", "office"),
                ("known", "yes"),
            ],
            "networks",
            ">office</textarea>",
        ),
        (
            &secret,
            vec![
                ("name", "Scanner 2nd floor"),
                ("purpose", "printer"),
                ("expiry", "date"),
                ("expiry_date", "soon"),
                ("known", "yes"),
            ],
            "expiry",
            "value=\"soon\"",
        ),
        (
            &secret,
            vec![("name", "Scanner 2nd floor"), ("purpose", "printer")],
            "known",
            "value=\"Scanner 2nd floor\"",
        ),
        (&addresses, vec![("name", "anna"), ("aliases", "")], "name", "value=\"anna\""),
    ] {
        let shown = root.client.open_and_submit(path, &fields).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {field}");
        let beside = format!("class=\"field-error\" id=\"{field}-error\"");
        assert_eq!(shown.body.matches("class=\"field-error\"").count(), 1, "{path} {field}");
        assert!(shown.body.contains(&beside), "{path} {field}: {}", shown.text());
        assert!(shown.body.contains(&format!("href=\"#{field}\"")), "{path} {field}: {}", shown.text());
        assert!(shown.body.contains(kept), "{path} {field}: {}", shown.body);
    }
}

#[tokio::test]
async fn somebody_else_s_app_password_offers_what_the_role_may_and_leads_back_to_its_owner() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let created = portal.test.app_password(ANNA, "Contact form").await;
    let path = format!("/app-passwords/{}", created.app_password.id);
    let account = format!("href=\"/admin/accounts/{}\"", id(&portal, ANNA).await);
    let deeds = |shown: &Shown| {
        ["edit", "rotate", "suspend", "revoke"].map(|deed| shown.body.contains(&format!("{path}/{deed}\"")))
    };
    let mut auditor = in_the_role(&portal, Role::Auditor).await;
    let shown = auditor.client.get(&path).await;
    assert_eq!(deeds(&shown), [false; 4], "{}", shown.text());
    assert!(shown.body.contains(&account), "{}", shown.text());
    assert!(shown.text().contains("What was done to it"), "{}", shown.text());
    let mut help_desk = in_the_role(&portal, Role::HelpDesk).await;
    let shown = help_desk.client.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!shown.text().contains("What was done to it"), "that is of the audit log: {}", shown.text());
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let shown = root.client.get(&path).await;
    assert_eq!(
        deeds(&shown),
        [true, false, true, true],
        "a person's secret is for its owner: {}",
        shown.text()
    );
    assert!(shown.body.contains("/admin/sign-ins?account=anna%40example.test"), "{}", shown.text());
    let back = format!(
        "<p class=\"crumb\"><a href=\"/admin/accounts\">Accounts</a> <span aria-hidden=\"true\">/</span> <a {account}>"
    );
    for deed in ["edit", "revoke"] {
        let shown = root.client.get(&format!("{path}/{deed}")).await;
        assert!(shown.body.contains(&back), "{deed}: {}", shown.body);
    }
    let done = root.client.open_and_submit(&format!("{path}/revoke"), &[]).await;
    assert_eq!(done.location(), format!("{path}?done=revoked"));
}

/// A service account's secrets are for its administrators to make: they come back to where they were.
#[tokio::test]
async fn a_new_secret_of_a_service_account_leads_back_to_it() {
    let portal = TestPortal::open().await;
    let crm = "crm@example.test";
    portal.test.add(crm, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    let account = format!("/admin/accounts/{}", id(&portal, crm).await);
    let done = format!("<a class=\"button primary\" href=\"{account}\">Done</a>");
    let fields = [("name", "CRM at the door"), ("purpose", "own"), ("door", "smtp")];
    let shown = root.client.open_and_submit(&format!("{account}/app-passwords/new"), &fields).await;
    assert!(shown.body.contains(&done), "{}", shown.body);
    let its =
        shown.body.split("href=\"/app-passwords/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = root.client.get(&format!("/app-passwords/{its}/rotate")).await;
    assert!(page.body.contains(&format!("<a href=\"{account}\">{crm}</a>")), "{}", page.body);
    assert!(page.text().contains("How long does the old secret go on working?"), "{}", page.text());
    let shown = root.client.submit(&page, &format!("/app-passwords/{its}/rotate"), &[("overlap", "7")]).await;
    assert!(shown.body.contains(&done), "{}", shown.body);
}

/// Nobody finds out afterwards that it was themselves.
#[tokio::test]
async fn whose_own_account_it_is_is_told_so_and_what_follows() {
    let portal = TestPortal::open().await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let (own, anna) = (id(&portal, ROOT).await, id(&portal, ANNA).await);
    for (deed, follows, button) in [
        ("mfa", "What you choose holds for your own sign-in and your own programs.", "Change"),
        ("sign-out", "You are signed out here too, and sign in again with both factors.", "Sign out"),
        ("revoke-all", "Your own programs stop.", "Revoke all"),
        ("block", "cannot sign in again until another administrator unblocks you.", "Block my own account"),
        ("delete", "You are signed out at once and for good:", "Delete my own account"),
        ("role", "and only another global administrator gives it back.", "Change role"),
    ] {
        let text = root.client.get(&format!("/admin/accounts/{own}/{deed}")).await.text();
        assert!(text.contains("This is your own account.") && text.contains(follows), "{deed}: {text}");
        assert!(text.lines().any(|line| line == button), "{deed}: {text}");
        let text = root.client.get(&format!("/admin/accounts/{anna}/{deed}")).await.text();
        assert!(!text.contains("your own account") && !text.contains(follows), "{deed}: {text}");
    }
    let methods = portal.test.service.find_account(OPERATOR, &account_name(ROOT)).await.unwrap().methods;
    for refused in ["registration", "password", &format!("methods/{}/delete", methods[0].id)] {
        let shown = root.client.get(&format!("/admin/accounts/{own}/{refused}")).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{refused}");
        assert!(shown.text().contains("Change your own password and methods at Security info."));
    }
}

/// What nothing comes of, or nothing of the admin area is open after, is answered where it can be read.
#[tokio::test]
async fn a_deed_on_oneself_ends_where_its_answer_is_read() {
    let portal = TestPortal::open().await;
    let mut last = in_the_role(&portal, Role::GlobalAdministrator).await;
    let own = id(&portal, ROOT).await;
    for deed in ["block", "delete"] {
        let shown = last.client.open_and_submit(&format!("/admin/accounts/{own}/{deed}"), &[]).await;
        assert!(shown.text().contains("This is the last administrator"), "{deed}: {}", shown.text());
    }
    portal
        .test
        .add("second@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    for (deed, field, told) in [
        ("sign-out", ("", ""), "You are signed out everywhere, here too."),
        ("role", ("role", "member"), "Your role is changed. It holds at once."),
        ("block", ("", ""), "Your account is blocked, and you are signed out."),
        ("delete", ("", ""), "Your account is deleted, and you are signed out."),
    ] {
        let name = format!("{deed}@example.test");
        portal.test.add(&name, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
        let mut person = portal.enrolled(&name).await;
        let own = id(&portal, &name).await;
        let done = person.client.open_and_submit(&format!("/admin/accounts/{own}/{deed}"), &[field]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{deed}: {}", done.text());
        let shown = person.client.get(done.location()).await;
        assert_eq!(shown.status, StatusCode::OK, "{deed}");
        assert!(shown.text().contains(told), "{deed}: {}", shown.text());
    }
}

#[tokio::test]
async fn a_change_to_many_says_what_becomes_of_the_own_account() {
    let portal = TestPortal::open().await;
    let mut root = in_the_role(&portal, Role::GlobalAdministrator).await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    portal.test.account("zoe@example.test", MfaState::Enforced).await;
    let (own, anna) = (id(&portal, ROOT).await, id(&portal, ANNA).await);
    let all = |change| vec![("which", "matching"), ("change", change)];
    let listed = |change, who| [vec![("which", "listed"), ("change", change)], who].concat();
    for (list, fields, said) in [
        ("", all("block"), "It is left out: block it on its own page, if you have to."),
        ("", all("end-sessions"), "It is left out: sign out everywhere on its own page."),
        ("", all("require-registration"), "It is left out: register your methods at Security info."),
        ("?find=global", all("mfa enforced"), "It is changed like the others."),
        ("?find=anna", all("block"), ""),
        ("?find=zoe", all("revoke-app-passwords"), ""),
        (
            "",
            listed("revoke-app-passwords", vec![("account", &own), ("account", &anna)]),
            "Your own programs stop too.",
        ),
        ("", listed("block", vec![("account", &anna)]), ""),
    ] {
        let page = root.client.get(&format!("/admin/accounts{list}")).await;
        let text = root.client.submit(&page, BULK, &fields).await.text();
        assert!(text.contains("Each account is changed by itself"), "{fields:?}: {text}");
        assert_eq!(text.contains("Your own account is among them."), !said.is_empty(), "{fields:?}: {text}");
        assert!(text.contains(said), "{fields:?}: {text}");
    }
}
