//! Whom a change of a setting would leave without a second factor that they can give.

use postern_domain::mfa::MethodKind;
use postern_domain::setting::{Allowed, Policy};
use postern_storage::{KindLost, LockedOut, Snapshot, StorageError};

use super::MOST_NAMED;
use crate::Service;

impl Service {
    /// The active accounts that lose, by a change of one setting, the last kind of method that they can use; the first
    /// [`MOST_NAMED`] of them by name. Whatever their MFA state: who has a method is asked for one at sign-in, also where it
    /// cannot be used. Those who cannot use theirs before the change either are not counted, nor are blocked accounts.
    pub(super) async fn locked_out_by(
        &self,
        state: &mut (dyn Snapshot + '_),
        before: &Policy,
        after: &Policy,
    ) -> Result<LockedOut, StorageError> {
        for kind in MethodKind::ALL.iter().copied() {
            let (now, then) = (self.who_can_use(kind, before), self.who_can_use(kind, after));
            if now.is_within(&then) {
                continue;
            }
            // A setting is about one kind at most: of the others nothing changes.
            let others = MethodKind::ALL.iter().copied().filter(|other| *other != kind);
            let others = others.map(|other| (other, self.who_can_use(other, after))).collect();
            let lost = KindLost { kind, before: now, after: then, others };
            return state.locked_out_without(&lost, MOST_NAMED).await;
        }
        Ok(LockedOut::default())
    }

    /// As [`Service::offers_method`] says it of one account.
    fn who_can_use(&self, kind: MethodKind, policy: &Policy) -> Allowed {
        if self.can_do(kind) { policy.allowed(kind) } else { Allowed::nobody() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use postern_domain::account::GroupName;
    use postern_domain::id::MethodId;
    use postern_domain::mfa::{AuthenticationMethod, MethodKind, MfaState};
    use postern_domain::setting::SettingKey;
    use postern_storage::{MethodRecord, Sealed};

    use crate::messenger::Messenger;
    use crate::testing::{ANNA, Fixture, OPERATOR, Post, name};

    const APP: MethodKind = MethodKind::AuthenticatorApp;
    const TEXT: MethodKind = MethodKind::TextMessage;
    const MAIL: MethodKind = MethodKind::EmailCode;

    /// Who there is, with what, in which groups.
    const EVERYBODY: [(&str, MfaState, &[MethodKind], &[&str]); 7] = [
        (ANNA, MfaState::Enforced, &[TEXT], &[]),
        ("bert@example.test", MfaState::Enforced, &[TEXT, APP], &[]),
        ("carl@example.test", MfaState::Disabled, &[TEXT, TEXT], &["sales"]),
        ("dora@example.test", MfaState::Enforced, &[TEXT, MAIL], &[]),
        ("emil@example.test", MfaState::Enforced, &[TEXT, MAIL], &["crew", "sales"]),
        ("fred@example.test", MfaState::Enabled, &[MAIL], &["crew"]),
        ("gina@example.test", MfaState::Enforced, &[], &["crew"]),
    ];

    async fn everybody(fixture: &Fixture) {
        let mut number = 0;
        for (who, mfa, kinds, groups) in EVERYBODY {
            let account = fixture.bare_account(who, mfa).await;
            let mut transaction = fixture.store.begin().await.unwrap();
            for kind in kinds {
                number += 1;
                let method = AuthenticationMethod {
                    id: MethodId::from_bytes([number; 16]),
                    kind: *kind,
                    label: "Phone".to_owned(),
                    hint: None,
                    registered_at: fixture.service.now(),
                    last_used_at: None,
                };
                let secret = Sealed { key_version: 1, bytes: vec![number] };
                let record = MethodRecord { method, secret, last_step: None, credential: None };
                transaction.insert_method(account.id, &record).await.unwrap();
            }
            transaction.commit().await.unwrap();
            for group in groups {
                fixture.service.add_to_group(OPERATOR, &account.name, group.parse().unwrap()).await.unwrap();
            }
        }
    }

    /// Those who have methods and can use none of them, as they are told at sign-in.
    async fn without_use(fixture: &Fixture) -> Vec<String> {
        let mut found = Vec::new();
        for (who, ..) in EVERYBODY {
            let details = fixture.service.find_account(OPERATOR, &name(who)).await.unwrap();
            let offers =
                |method: &AuthenticationMethod| fixture.service.offers_method(method.kind, &details.account);
            if !details.methods.is_empty() && !details.methods.iter().any(offers) {
                found.push(who.to_owned());
            }
        }
        found
    }

    async fn fixture(messenger: Arc<dyn Messenger>) -> Fixture {
        let fixture = Fixture::open_with_messenger(messenger).await;
        everybody(&fixture).await;
        for key in [SettingKey::TextMessageCodes, SettingKey::EMailCodes] {
            fixture.service.change_setting(OPERATOR, key, "true").await.unwrap();
        }
        fixture
    }

    /// Each change is previewed and then made; who cannot get in by it is who was named.
    #[tokio::test]
    async fn who_is_named_is_who_can_use_no_method_afterwards() {
        let fixture = fixture(Arc::new(Post::default())).await;
        let service = &fixture.service;
        let group = |name: &str| -> GroupName { name.parse().unwrap() };
        use SettingKey::{EMailCodes, StepUpAge, TextMessageCodes};
        let mut lines = Vec::new();
        for (of, key, value) in [
            (None, StepUpAge, Some("5m")),
            (None, TextMessageCodes, Some("false")),
            (None, TextMessageCodes, Some("true")),
            (Some("crew"), EMailCodes, Some("false")),
            (Some("sales"), TextMessageCodes, Some("false")),
            (Some("sales"), TextMessageCodes, Some("true")),
            (None, TextMessageCodes, Some("false")),
            (Some("sales"), TextMessageCodes, None),
            (None, EMailCodes, None),
        ] {
            let of_group = of.map(group);
            let before = without_use(&fixture).await;
            let preview = service.preview_setting(OPERATOR, of_group.as_ref(), key, value).await.unwrap();
            match (&of_group, value) {
                (None, Some(value)) => drop(service.change_setting(OPERATOR, key, value).await.unwrap()),
                (None, None) => drop(service.unset_setting(OPERATOR, key).await.unwrap()),
                (Some(of), Some(value)) => {
                    drop(service.set_override(OPERATOR, of, key, value).await.unwrap());
                }
                (Some(of), None) => drop(service.unset_override(OPERATOR, of, key).await.unwrap()),
            }
            let mut lost = without_use(&fixture).await;
            lost.retain(|who| !before.contains(who));
            let named: Vec<String> =
                preview.locked_out.named.iter().map(|(_, name)| name.to_string()).collect();
            let (of, value) = (of.unwrap_or("all"), value.unwrap_or("none"));
            let line = format!("{} {of} {value}", key.name());
            assert_eq!((&named, preview.locked_out.count), (&lost, lost.len() as u64), "{line}");
            assert_eq!(preview.needs_confirmation(), !lost.is_empty(), "{line}");
            let named = if named.is_empty() { "nobody".to_owned() } else { named.join(" ") };
            lines.push(format!("{line}: {}", named.replace("@example.test", "")));
        }
        insta::assert_snapshot!(lines.join("\n"), @r"
        step_up_age all 5m: nobody
        text_message_codes all false: anna carl
        text_message_codes all true: nobody
        e_mail_codes crew false: fred
        text_message_codes sales false: carl emil
        text_message_codes sales true: nobody
        text_message_codes all false: anna
        text_message_codes sales none: carl emil
        e_mail_codes all none: dora
        ");
    }

    #[tokio::test]
    async fn where_nothing_can_be_sent_nothing_is_lost() {
        let fixture = Fixture::open().await;
        everybody(&fixture).await;
        let service = &fixture.service;
        for key in [SettingKey::TextMessageCodes, SettingKey::EMailCodes] {
            service.change_setting(OPERATOR, key, "true").await.unwrap();
            let preview = service.preview_setting(OPERATOR, None, key, Some("false")).await.unwrap();
            assert_eq!((preview.locked_out.count, preview.needs_confirmation()), (0, false));
        }
    }
}
