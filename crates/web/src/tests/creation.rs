//! Creating an app password by the form, one's own and somebody else's, under each policy.

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::app_password::{AppPassword, Profile};
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::limits::{Allowance, Limits};
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_domain::setting::SettingKey;
use postern_service::app_password::CreateAppPassword;
use postern_testkit::{OPERATOR, account_name, app_password_for};

use super::client::{Person, Shown, TestPortal};

const ANNA: &str = "anna@example.test";
const BO: &str = "bo@example.test";
const PRINTER: &str = "printer@example.test";
const ROOT: &str = "root@example.test";
const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// An owner, an administrator, and for whom the administrator creates some: a service account and another person.
struct Office {
    portal: TestPortal,
    anna: Person,
    root: Person,
    /// For whom, and the form.
    places: [(&'static str, String); 3],
}

impl Office {
    async fn open() -> Self {
        let portal = TestPortal::open().await;
        let anna = portal.person(ANNA).await;
        let bo = portal.test.account(BO, MfaState::Enforced).await;
        let printer =
            portal.test.add(PRINTER, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
        portal.test.add(ROOT, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
        let root = portal.enrolled(ROOT).await;
        let of = |id| format!("/admin/accounts/{id}/app-passwords/new");
        let places = [(ANNA, "/app-passwords/new".to_owned()), (PRINTER, of(printer.id)), (BO, of(bo.id))];
        Self { portal, anna, root, places }
    }

    async fn set(&self, key: SettingKey, value: &str) {
        self.portal.test.service.change_setting(OPERATOR, key, value).await.unwrap();
    }

    /// The form of one of the places, and what came of sending it as it is shown but for these fields.
    async fn create(&mut self, place: usize, fields: &[(&str, &str)]) -> (Shown, Shown) {
        let (_, path) = &self.places[place];
        let client = if place == 0 { &mut self.anna.client } else { &mut self.root.client };
        let form = client.get(path).await;
        let mut all = vec![("name", "Scanner 2nd floor"), ("purpose", "printer"), ("known", "yes")];
        all.retain(|(name, _)| !fields.iter().any(|(field, _)| field == name));
        all.extend_from_slice(fields);
        let answer = client.submit_as_shown(&form, path, &all).await;
        (form, answer)
    }

    /// The one that was created at one of the places.
    async fn created(&self, place: usize) -> AppPassword {
        let name = account_name(self.places[place].0);
        let mut all = self.portal.test.service.list_app_passwords(OPERATOR, &name, None, 1000).await.unwrap();
        assert_eq!(all.len(), 1, "{}", self.places[place].0);
        all.remove(0)
    }
}

/// It is refused beside that field and nowhere else, in these words.
fn refused(answer: &Shown, field: &str, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    let beside = format!("<p class=\"field-error\" id=\"{field}-error\"");
    assert!(answer.body.contains(&beside), "not beside {field}: {}", answer.text());
    assert_eq!(answer.body.matches("class=\"field-error\"").count(), 1, "{}", answer.text());
    assert!(answer.text().contains(words), "{}", answer.text());
}

fn shown_once(answer: &Shown) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.text().contains("It is shown only now"), "{}", answer.text());
}

#[tokio::test]
async fn presets_and_doors_are_those_that_are_allowed() {
    let mut office = Office::open().await;
    office.set(SettingKey::AllowedScopes, "smtp, ews").await;
    let why = "Your organization allows no new app password for: Read mail (IMAP).";
    for place in 0..3 {
        let (form, answer) = office.create(place, &[("purpose", "own"), ("door", "imap")]).await;
        assert!(!form.body.contains("value=\"imap\"") && !form.body.contains("value=\"mailbox-reader\""));
        assert!(form.body.contains("value=\"printer\"") && form.text().contains(why), "{}", form.text());
        refused(&answer, "doors", why);
        let (_, answer) = office.create(place, &[]).await;
        shown_once(&answer);
        assert_eq!(office.created(place).await.scope.to_string(), "smtp");
    }
}

#[tokio::test]
async fn networks_that_must_be_named_are_asked_for_and_read_as_people_type_them() {
    let mut office = Office::open().await;
    office.set(SettingKey::NetworksRequired, "true").await;
    for place in 0..3 {
        let (form, answer) = office.create(place, &[]).await;
        assert!(form.text().contains("Your organization wants at least one."), "{}", form.text());
        refused(&answer, "networks", "Your organization wants each app password limited to networks");
        let typed = "192.0.2.0/24, 10.0.0.1 2001:db8::/32\r\n198.51.100.7";
        let (_, answer) = office.create(place, &[("networks", typed)]).await;
        shown_once(&answer);
        let expected = "10.0.0.1/32, 192.0.2.0/24, 198.51.100.7/32, 2001:db8::/32";
        assert_eq!(office.created(place).await.networks.to_string(), expected);
    }
}

#[tokio::test]
async fn an_expiry_that_there_must_be_is_chosen_already() {
    let mut office = Office::open().await;
    office.set(SettingKey::LongestExpiry, "45d").await;
    let why = "Your organization wants each app password to expire, at most 45 days ahead.";
    for place in 0..3 {
        let (form, answer) = office.create(place, &[("expiry", "never")]).await;
        assert!(form.text().contains(why) && !form.body.contains(">Never</option>"), "{}", form.text());
        refused(&answer, "expiry", why);
        let (_, answer) = office.create(place, &[]).await;
        shown_once(&answer);
        let created = office.created(place).await;
        assert_eq!(created.expires_at, Some(created.created.at.plus(45 * DAY)));
    }
}

#[tokio::test]
async fn an_idle_expiry_that_there_must_be_is_chosen_already() {
    let mut office = Office::open().await;
    office.set(SettingKey::LongestIdleExpiry, "90d").await;
    let why = "Your organization wants each app password to end when unused, after at most 90 days.";
    for place in 0..3 {
        let (form, answer) = office.create(place, &[("idle", "365")]).await;
        assert!(form.text().contains(why) && !form.body.contains(">No limit</option>"), "{}", form.text());
        refused(&answer, "idle", why);
        let (_, answer) = office.create(place, &[]).await;
        shown_once(&answer);
        assert_eq!(office.created(place).await.idle_expiry, Some(90 * DAY));
    }
}

#[tokio::test]
async fn the_form_of_a_secret_is_a_choice_where_the_policy_offers_one() {
    let mut office = Office::open().await;
    let choice = |shown: &Shown| {
        let values = shown.body.split("name=\"profile\" value=\"").skip(1);
        values.map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let letters = ("profile", "sixteen-letters");
    let why =
        "Your organization allows no new app password of the form\nsixteen-letters\n: create one of the form";
    for place in 0..3 {
        // Posted by hand: the form of a policy without any has no such field.
        let (form, answer) = office.create(place, &[letters]).await;
        assert!(choice(&form).is_empty(), "{:?}", choice(&form));
        refused(&answer, "profile", why);
        assert!(answer.text().contains("compatible_profiles"), "{}", answer.text());
        assert_eq!(choice(&answer), ["standard"]);
        let (_, answer) = office.create(place, &[("profile", "short")]).await;
        refused(&answer, "profile", "Choose one of the forms offered.");
    }
    office.set(SettingKey::CompatibleProfiles, "capitals-and-digits").await;
    for place in 0..3 {
        let (form, answer) = office.create(place, &[letters]).await;
        assert_eq!(choice(&form), ["standard", "capitals-and-digits"]);
        assert!(form.body.contains("value=\"standard\" checked"), "{}", form.body);
        assert!(form.text().contains("insists on a capital letter"), "{}", form.text());
        refused(&answer, "profile", why);
    }
    office.set(SettingKey::CompatibleProfiles, "sixteen-letters").await;
    for place in 0..3 {
        let (form, answer) = office.create(place, &[letters]).await;
        assert_eq!(choice(&form), ["standard", "sixteen-letters"]);
        assert!(form.text().contains("weaker than the others"), "{}", form.text());
        shown_once(&answer);
        let created = office.created(place).await;
        assert_eq!(created.profile, Profile::SixteenLetters);
        // One like it has its form, where that is offered; what the form is filled in with says so otherwise.
        let (_, path) = &office.places[place];
        let like = format!("{path}?like={}", created.id);
        let client = if place == 0 { &mut office.anna.client } else { &mut office.root.client };
        let form = client.get(&like).await;
        assert!(form.body.contains("value=\"sixteen-letters\" checked"), "{}", form.body);
    }
    office.set(SettingKey::CompatibleProfiles, "none").await;
    let id = office.created(0).await.id;
    let form = office.anna.client.get(&format!("/app-passwords/new?like={id}")).await;
    let said = "Its secret had a form that is not offered: 16 letters, weaker.";
    assert!(choice(&form).is_empty() && form.text().contains(said), "{}", form.text());
}

#[tokio::test]
async fn the_one_too_many_is_refused_with_what_to_do() {
    let mut office = Office::open().await;
    for place in 0..3 {
        office.set(SettingKey::AppPasswordsPerAccount, "1").await;
        let (form, answer) = office.create(place, &[]).await;
        shown_once(&answer);
        // Somebody created one, or the setting was changed, while the form was filled in.
        let path = office.places[place].1.clone();
        let client = if place == 0 { &mut office.anna.client } else { &mut office.root.client };
        let full = client.get(&path).await;
        assert!(full.text().contains("1 app password, and there may be 1 at most."), "{}", full.text());
        let form = Shown {
            body: form.body.replace(&form.hidden(&path, "form_number"), "another-number-of-ours"),
            ..form
        };
        let fields = [("name", "Contact form"), ("purpose", "printer"), ("known", "yes")];
        let answer = client.submit_as_shown(&form, &path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("revoke one that is no longer used"), "{}", answer.text());
        assert!(answer.body.contains("value=\"Contact form\""), "what was typed stays");
        office.created(place).await;
    }
}

#[tokio::test]
async fn an_administrator_has_every_field_that_owners_have() {
    let mut office = Office::open().await;
    let grant = ImpersonationGrant::named([], [], ["example.test".parse().unwrap()]).unwrap();
    let name = account_name(PRINTER);
    office.portal.test.service.set_impersonation_grant(OPERATOR, &name, Some(grant)).await.unwrap();
    let fields = [
        ("note", "Room 2.14"),
        ("idle", "90"),
        ("expiry", "365"),
        ("sender", "list"),
        ("senders", "scans@example.test"),
        ("mailboxes", "anna@example.test"),
        ("sessions", "2"),
    ];
    let (form, answer) = office.create(1, &fields).await;
    assert!(form.text().contains("The account's own addresses only"), "{}", form.text());
    shown_once(&answer);
    let its = office.created(1).await;
    assert_eq!(its.note.as_ref().map(ToString::to_string).as_deref(), Some("Room 2.14"));
    assert_eq!((its.idle_expiry, its.expires_at), (Some(90 * DAY), Some(its.created.at.plus(365 * DAY))));
    assert_eq!(its.grant.as_ref().map(ToString::to_string).as_deref(), Some("anna@example.test"));
    assert_eq!(its.limits.sessions, Allowance::new(2).ok());
    assert_eq!(its.limits.messages_per_hour, Allowance::new(300).ok(), "a printer's, where nothing is typed");
    assert!(matches!(its.sender, postern_domain::app_password::SenderRestriction::Listed(_)));
}

#[tokio::test]
async fn one_like_another_is_no_wider_in_anything() {
    let mut office = Office::open().await;
    let grant = |domain: &str| ImpersonationGrant::named([], [], [domain.parse().unwrap()]).unwrap();
    let (service, name) = (&office.portal.test.service, account_name(PRINTER));
    service.set_impersonation_grant(OPERATOR, &name, Some(ImpersonationGrant::All)).await.unwrap();
    let other = CreateAppPassword {
        networks: Networks::new([parse_network("192.0.2.0/24").unwrap()]),
        expires_at: Some(service.clock().now().plus(10 * DAY)),
        idle_expiry: Some(7 * DAY),
        grant: Some(grant("example.test")),
        limits: Limits {
            sessions: Allowance::new(2).ok(),
            recipients_per_hour: Allowance::new(9).ok(),
            ..Limits::default()
        },
        ..app_password_for(PRINTER, "Scanner 2nd floor", [postern_domain::door::Door::Smtp])
    };
    let other = service.create_app_password(OPERATOR, other).await.unwrap().app_password;
    service.revoke_app_password(OPERATOR, other.id, "").await.unwrap();
    let path = office.places[1].1.clone();
    let form = office.root.client.get(&format!("{path}?like={}", other.id)).await;
    assert!(form.text().contains("Its expiry was 10 days ahead, and begins anew."), "{}", form.text());
    let answer = office.root.client.submit_as_shown(&form, &path, &[]).await;
    shown_once(&answer);
    let all = office.portal.test.service.list_app_passwords(OPERATOR, &name, None, 1000).await.unwrap();
    let new = all.iter().find(|each| each.id != other.id).unwrap();
    assert_eq!(
        (&new.name, &new.networks, &new.grant, new.limits, new.idle_expiry, new.scope),
        (&other.name, &other.networks, &other.grant, other.limits, other.idle_expiry, other.scope)
    );
    let ahead = new.expires_at.unwrap().since(new.created.at);
    assert!(ahead <= 10 * DAY && ahead > 8 * DAY, "{ahead:?}");
}

#[tokio::test]
async fn what_is_copied_is_what_is_typed_capitals_included() {
    let mut office = Office::open().await;
    let new = CreateAppPassword {
        profile: Profile::CapitalsAndDigits,
        ..app_password_for(ANNA, "Scanner 2nd floor", [postern_domain::door::Door::Smtp])
    };
    office.set(SettingKey::CompatibleProfiles, "capitals-and-digits").await;
    let id = office.portal.test.service.create_app_password(OPERATOR, new).await.unwrap().app_password.id;
    let path = format!("/app-passwords/{id}/rotate");
    let shown = office.anna.client.open_and_submit(&path, &[("overlap", "7")]).await;
    let copied = shown.body.split("data-copy=\"").nth(1).unwrap().split('"').next().unwrap();
    let groups: String = shown
        .text()
        .lines()
        .skip_while(|line| *line != "App password")
        .skip(1)
        .take_while(|line| *line != "Copy")
        .filter(|line| *line != "-")
        .collect();
    assert!(copied.starts_with("P7") && copied.len() == 26, "{copied}");
    assert_eq!(copied, groups);
}

/// What is refused is not offered: the same rule makes the buttons and the answers.
#[tokio::test]
async fn what_would_let_a_person_s_do_more_is_offered_to_its_owner_only() {
    let mut office = Office::open().await;
    let service = std::sync::Arc::clone(&office.portal.test.service);
    let soon = service.clock().now().plus(DAY / 288);
    let new = |account| CreateAppPassword {
        expires_at: Some(soon),
        ..app_password_for(account, "Scanner 2nd floor", [postern_domain::door::Door::Smtp])
    };
    let of_bo = service.create_app_password(OPERATOR, new(BO)).await.unwrap().app_password.id;
    let of_printer = service.create_app_password(OPERATOR, new(PRINTER)).await.unwrap().app_password.id;
    let of_anna = service.create_app_password(OPERATOR, new(ANNA)).await.unwrap().app_password.id;
    let offers = |shown: &Shown, id: &dyn std::fmt::Display| {
        ["edit?renew=1", "rotate", "resume", "edit"]
            .map(|deed| shown.body.contains(&format!("\"/app-passwords/{id}/{deed}\"")))
    };
    let page = |id: &dyn std::fmt::Display| format!("/app-passwords/{id}");
    let shown = office.root.client.get(&page(&of_bo)).await;
    assert_eq!(offers(&shown, &of_bo), [false, false, false, true]);
    let shown = office.root.client.get(&page(&of_printer)).await;
    assert_eq!(offers(&shown, &of_printer), [false, true, false, true]);
    // An administrator suspends Anna's: she is not offered what she may not do, and the administrator is.
    let suspend = format!("{}/suspend", page(&of_anna));
    let form = office.root.client.get(&page(&of_anna)).await;
    office.root.client.submit(&form, &suspend, &[]).await;
    let shown = office.anna.client.get(&page(&of_anna)).await;
    assert_eq!(offers(&shown, &of_anna), [false, false, false, true]);
    let token = shown.hidden("/sign-out", "form_token");
    let resume = format!("{}/resume", page(&of_anna));
    let refused = office.anna.client.post(&resume, &[("form_token", &token)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    let shown = office.root.client.get(&page(&of_anna)).await;
    assert_eq!(offers(&shown, &of_anna), [false, false, true, true]);
    let mut root = office.root.client;
    // Without signing in again: it is over in five minutes.
    office.portal.test.clock.advance(std::time::Duration::from_secs(300));
    let shown = root.get(&page(&of_bo)).await;
    assert_eq!(offers(&shown, &of_bo), [false, false, false, true], "expired, and its owner's to renew");
    let shown = root.get(&page(&of_printer)).await;
    assert_eq!(offers(&shown, &of_printer), [true, false, false, true]);
    // Whoever opens the form all the same is told before and after.
    let edit = format!("{}/edit", page(&of_bo));
    let form = root.get(&edit).await;
    assert!(form.text().contains("You may let it do less; more is for its owner."), "{}", form.text());
    let refused = root.submit_as_shown(&form, &edit, &[("expiry", "365")]).await;
    assert!(refused.text().contains("that is for its owner"), "{}", refused.text());
}
