//! The deeds, one after the other.

use std::time::Duration;

use postern_domain::Clock as _;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountName, Role};
use postern_domain::api_token::{OwnScope, Scope};
use postern_domain::door::Door;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::limits::Limits;
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;
use postern_service::api::{AddServicePrincipal, CreateApiToken};
use postern_service::app_password::ChangeAppPassword;
use postern_service::directory::Import;
use postern_service::outside::LinkIdentity;
use postern_service::portal::{ChangeOwnPassword, MethodChange};
use postern_testkit::{ACCOUNT_PASSWORD, TestService, app_password_for, door_sign_in};

use super::watch::{ANNA, BEA, CRM, Step, THE_OPERATOR, Watch, name};

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) async fn all() -> Vec<Step> {
    let mut watch = Watch::open().await;
    sign_ins(&mut watch).await;
    watch.later().await;
    app_passwords(&mut watch).await;
    watch.later().await;
    uses(&mut watch).await;
    watch.later().await;
    methods(&mut watch).await;
    watch.later().await;
    addresses(&mut watch).await;
    watch.later().await;
    tokens(&mut watch).await;
    watch.later().await;
    settings(&mut watch).await;
    mailbox_passwords(&mut watch).await;
    watch.later().await;
    accounts(&mut watch).await;
    watch.steps
}

async fn sign_ins(watch: &mut Watch) {
    watch.signs_in(ANNA, "the owner signs in to the portal").await;
    watch.signs_in(BEA, "a global administrator does").await;
    let half = watch.half().await;
    let code = watch.codes[0].expose_grouped();
    watch.test.service.use_recovery_code(half.session(), &code).await.unwrap();
    watch.did("somebody signs in with a recovery code").await;
}

async fn app_passwords(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let new = app_password_for(ANNA, "Contact form", [Door::Smtp]);
    let id = service.create_app_password(watch.by_anna(), new).await.unwrap().app_password.id;
    watch.did("the owner creates an app password").await;
    let of_crm = service
        .create_app_password_on_behalf(watch.by_bea(), app_password_for(CRM, "CRM sync job", [Door::Ews]))
        .await
        .unwrap()
        .app_password
        .id;
    watch.did("an administrator creates one for a service account").await;
    service.rotate_app_password(watch.by_anna(), id, DAY).await.unwrap();
    watch.did("the owner rotates it").await;
    service.end_overlap(watch.by_anna(), id).await.unwrap();
    watch.did("the owner ends the old secret").await;
    let narrower =
        ChangeAppPassword { expires_at: Some(Some(watch.now().plus(9 * DAY))), ..Default::default() };
    service.change_app_password(watch.by_anna(), id, narrower).await.unwrap();
    watch.did("the owner narrows it").await;
    let wider = ChangeAppPassword { expires_at: Some(None), ..Default::default() };
    service.change_app_password(watch.by_anna(), id, wider).await.unwrap();
    watch.did("the owner widens it").await;
    let few =
        Limits { sessions: Some(postern_domain::limits::Allowance::new(1).unwrap()), ..Limits::default() };
    let limited = |limits| ChangeAppPassword { limits: Some(limits), ..Default::default() };
    service.change_app_password(watch.by_bea(), id, limited(few)).await.unwrap();
    watch.did("an administrator limits it").await;
    service.change_app_password(watch.by_anna(), id, limited(Limits::default())).await.unwrap();
    watch.did("the owner lifts the limits").await;
    service.suspend_app_password(watch.by_anna(), id).await.unwrap();
    watch.did("the owner suspends it").await;
    service.resume_app_password(watch.by_anna(), id).await.unwrap();
    watch.did("the owner resumes it").await;
    service.suspend_app_password(watch.by_bea(), id).await.unwrap();
    watch.did("an administrator suspends it").await;
    service.revoke_app_password(watch.by_anna(), id, "").await.unwrap();
    watch.did("the owner revokes it").await;
    service.revoke_app_password(watch.by_bea(), of_crm, "gone").await.unwrap();
    watch.did("an administrator revokes that of the service account").await;
    let grant = ImpersonationGrant::named([name(ANNA)], [], []).unwrap();
    service.set_impersonation_grant(watch.by_bea(), &name(CRM), Some(grant)).await.unwrap();
    watch.did("an administrator grants a service account a mailbox").await;
    let other = app_password_for(CRM, "CRM sync job", [Door::Ews]);
    let id = service.create_app_password(THE_OPERATOR, other).await.unwrap().app_password.id;
    watch.did("the operator creates an app password").await;
    let grant = ImpersonationGrant::named([name(BEA)], [], []).unwrap();
    service.narrow_impersonation(watch.by_bea(), id, Some(grant)).await.unwrap();
    watch.did("an administrator changes the mailboxes of an app password").await;
}

async fn uses(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let created = service
        .create_app_password(watch.by_anna(), app_password_for(ANNA, "Scanner room 2", [Door::Smtp]))
        .await
        .unwrap();
    watch.did("the owner creates another").await;
    for (address, deed) in [
        ("192.0.2.7", "it is used for the first time"),
        ("192.0.2.8", "it is used from the same network"),
        ("203.0.113.9", "it is used from another"),
    ] {
        let mut attempt = door_sign_in(ANNA, &created.secret.expose_grouped());
        attempt.address = address.parse().unwrap();
        // Another server, which writes its events when it is closed.
        watch.test.clock.advance(Duration::from_secs(1));
        let node = watch.test.another_node().await;
        node.clock.advance(watch.now().since(node.clock.now()));
        node.service.sign_in_at_door(attempt).await.unwrap();
        node.service.close().await;
        watch.did(deed).await;
    }
}

async fn methods(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let begun = service.begin_totp_enrolment(watch.anna.session()).await.unwrap();
    let step = postern_domain::mfa::totp::TotpStep::at(watch.now());
    let code = begun.secret.code_at(step);
    let done = service.finish_totp_enrolment(watch.anna.session(), &begun.sealed, "Tablet", &code).await;
    let (_, session, _) = done.unwrap();
    watch.anna = session;
    watch.did("the owner registers another authenticator app").await;
    let methods = service.find_account(THE_OPERATOR, &name(ANNA)).await.unwrap().methods;
    let renamed = MethodChange { label: Some("Old tablet".to_owned()), first: false };
    service.change_method(watch.by_anna(), methods[1].id, renamed).await.unwrap();
    watch.did("the owner renames it").await;
    service.delete_method(watch.by_anna(), methods[1].id).await.unwrap();
    watch.did("the owner deletes it").await;
    service.make_recovery_codes(&watch.anna).await.unwrap();
    watch.did("the owner makes new recovery codes").await;
    service.change_setting(THE_OPERATOR, SettingKey::RememberBrowser, "30d").await.unwrap();
    watch.did("the operator lets browsers be remembered").await;
    service.remember_browser(&watch.anna).await.unwrap().unwrap();
    watch.did("the owner has the browser remembered").await;
    service.forget_browsers(watch.by_anna(), None).await.unwrap();
    watch.did("the owner has it forgotten").await;
    let link = LinkIdentity {
        account: name(ANNA),
        provider: "Staff".to_owned(),
        subject: "248289761001".parse().unwrap(),
    };
    service.link_outside_identity(THE_OPERATOR, link).await.unwrap();
    watch.did("the operator links an outside identity").await;
    let links = service.outside_identities_of(THE_OPERATOR, &name(ANNA)).await.unwrap();
    service.unlink_outside_identity(watch.by_bea(), &name(ANNA), links[0].identity.id).await.unwrap();
    watch.did("an administrator unlinks it").await;
    // That ended her session.
    watch.later().await;
    let change = ChangeOwnPassword {
        old: AccountPassword::typed(ACCOUNT_PASSWORD),
        new: AccountPassword::typed("another horse battery staple"),
        revoke_app_passwords: false,
    };
    service.change_own_password(&watch.anna, change).await.unwrap();
    watch.did("the owner changes the password").await;
    let back = AccountPassword::typed(ACCOUNT_PASSWORD);
    service.set_account_password(watch.by_bea(), &name(ANNA), back, false).await.unwrap();
    watch.did("an administrator sets the password").await;
}

async fn addresses(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let home: AccountName = "home@example.net".parse().unwrap();
    let added = service.add_notification_address(watch.by_anna(), &name(ANNA), home).await.unwrap();
    let code: String = watch.test.messenger.take_mails()[0].text.chars().take(6).collect();
    watch.did("the owner adds a notification address").await;
    service.confirm_notification_address(watch.by_anna(), &name(ANNA), added.id, &code).await.unwrap();
    watch.did("the owner confirms it").await;
    service.make_recovery_codes(&watch.anna).await.unwrap();
    watch.did("the owner makes recovery codes once more").await;
    service.remove_notification_address(watch.by_anna(), &name(ANNA), added.id).await.unwrap();
    watch.did("the owner removes the address").await;
    let desk: AccountName = "desk@example.test".parse().unwrap();
    service.add_notification_address(THE_OPERATOR, &name(CRM), desk).await.unwrap();
    watch.did("the operator adds one to a service account").await;
}

async fn tokens(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let new = CreateApiToken {
        account: name(ANNA),
        name: "Backup".parse().unwrap(),
        scopes: [Scope::Own(OwnScope::Read)].into_iter().collect(),
        networks: Networks::any(),
        expires_at: watch.now().plus(30 * DAY),
    };
    let first = service.create_api_token(watch.by_anna(), new.clone()).await.unwrap();
    watch.did("the owner creates an API token").await;
    service.revoke_api_token(watch.by_anna(), first.token.id).await.unwrap();
    watch.did("the owner revokes it").await;
    let second = service.create_api_token(THE_OPERATOR, new).await.unwrap();
    watch.did("the operator creates one for the owner").await;
    service.revoke_api_token(watch.by_bea(), second.token.id).await.unwrap();
    watch.did("an administrator revokes it").await;
    let new = AddServicePrincipal {
        name: "Directory".parse().unwrap(),
        scopes: [Scope::For(postern_domain::account::Permission::ProvisionDirectory)].into_iter().collect(),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    let id = service.add_service_principal(watch.by_bea(), new).await.unwrap().principal.id;
    watch.did("an administrator adds a service principal").await;
    service.rotate_client_secret(watch.by_bea(), id, None).await.unwrap();
    watch.did("an administrator gives it a new secret").await;
    service.revoke_service_principal(watch.by_bea(), id).await.unwrap();
    watch.did("an administrator revokes it").await;
}

async fn settings(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let key = SettingKey::NetworksRequired;
    service.change_setting(watch.by_bea(), key, "true").await.unwrap();
    watch.did("an administrator makes a setting stricter").await;
    let sales = "sales".parse().unwrap();
    service.set_override(watch.by_bea(), &sales, key, "false").await.unwrap();
    watch.did("an administrator makes it less strict for a group").await;
    service.unset_override(watch.by_bea(), &sales, key).await.unwrap();
    watch.did("an administrator takes that back").await;
    service.unset_setting(watch.by_bea(), key).await.unwrap();
    watch.did("an administrator makes it less strict").await;
}

/// In a service of its own, which has an upstream that wants them.
async fn mailbox_passwords(watch: &mut Watch) {
    let endpoint = std::sync::Arc::new(postern_service::upstream::NoTokenEndpoint);
    let mut other = Watch::of(TestService::open_for_owners(Vec::new(), endpoint, &["exchange"]).await).await;
    other.steps.clear();
    let service = std::sync::Arc::clone(&other.test.service);
    service.set_mailbox_password(other.by_anna(), "exchange", "mailbox secret").await.unwrap();
    other.did("the owner enters a mailbox password").await;
    service.remove_mailbox_password(other.by_anna(), &name(ANNA), "exchange").await.unwrap();
    other.did("the owner removes it").await;
    service.set_mailbox_password(other.by_anna(), "exchange", "mailbox secret").await.unwrap();
    other.did("the owner enters it again").await;
    service.remove_mailbox_password(other.by_bea(), &name(ANNA), "exchange").await.unwrap();
    other.did("an administrator removes it").await;
    watch.steps.append(&mut other.steps);
}

async fn accounts(watch: &mut Watch) {
    let service = std::sync::Arc::clone(&watch.test.service);
    let anna = name(ANNA);
    service.set_role(watch.by_bea(), &anna, Role::HelpDesk).await.unwrap();
    watch.did("an administrator gives the owner a role").await;
    service.set_role(watch.by_bea(), &anna, Role::Member).await.unwrap();
    watch.did("an administrator takes it").await;
    service.add_to_group(watch.by_bea(), &anna, "sales".parse().unwrap()).await.unwrap();
    watch.did("an administrator puts the owner into a group").await;
    service.set_mfa_state(watch.by_bea(), &anna, MfaState::Disabled).await.unwrap();
    watch.did("an administrator disables MFA").await;
    service.set_mfa_state(watch.by_bea(), &anna, MfaState::Enforced).await.unwrap();
    watch.did("an administrator enforces it").await;
    service.end_sessions(watch.by_bea(), &anna).await.unwrap();
    watch.did("an administrator signs the owner out").await;
    service.require_registration(watch.by_bea(), &anna, false).await.unwrap();
    watch.did("an administrator demands that methods are registered again").await;
    let methods = service.find_account(THE_OPERATOR, &anna).await.unwrap().methods;
    service.delete_method_of(watch.by_bea(), &anna, methods[0].id).await.unwrap();
    watch.did("an administrator deletes a method").await;
    service.block_account(watch.by_bea(), &anna).await.unwrap();
    watch.did("an administrator blocks the account").await;
    service.unblock_account(watch.by_bea(), &anna).await.unwrap();
    watch.did("an administrator unblocks it").await;
    let renamed = name("anna.b@example.test");
    service.change_addresses(watch.by_bea(), &anna, renamed.clone(), Vec::new()).await.unwrap();
    watch.did("an administrator gives the account another address").await;
    let file = "name,kind\nanna.b@example.test,service account\n";
    let import = Import { file: file.as_bytes(), block_missing: None };
    let plan = service.plan_import(watch.by_bea(), import).await.unwrap();
    service.import_accounts(watch.by_bea(), &plan).await.unwrap();
    watch.did("an administrator makes it a service account by an import").await;
    service.delete_account(watch.by_bea(), &renamed).await.unwrap();
    watch.did("an administrator deletes it").await;
}
