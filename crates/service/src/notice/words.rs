//! What a notice says: one line, facts, what to do, and the one page on which that is done.

use std::fmt::Display;

use ipnet::IpNet;
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use postern_domain::actor::Actor;
use postern_domain::network::Networks;
use postern_domain::notice::NoticeKind;
use postern_storage::NoticeText;

use super::doer::Doer;

/// Where an owner looks after everything.
pub(super) const SECURITY_INFO: &str = "/security-info";

/// For what somebody else may have done in the owner's name.
pub(super) const CHANGE_PASSWORD: &str = "If this was not you: change your account password at once, revoke the app \
                                          passwords and API tokens that you do not know, and tell your administrator.";

/// For what an administrator did.
pub(super) const ASK_ADMINISTRATOR: &str = "If you did not expect this, ask your administrator.";

/// Something that people are told. Never with a secret in it.
pub(crate) trait Tidings: Send + Sync {
    /// What is told of it.
    fn words(&self, about: &About<'_>) -> Words;
}

impl Tidings for Box<dyn Tidings> {
    fn words(&self, about: &About<'_>) -> Words {
        (**self).words(about)
    }
}

/// What the words of a notice depend on beside what they tell of.
pub(crate) struct About<'a> {
    /// The account that it concerns; none: the organization.
    pub(super) account: Option<&'a Account>,
    /// The networks of the organization.
    pub(super) trusted: &'a [IpNet],
}

impl About<'_> {
    pub(super) fn text(&self, tidings: &dyn Tidings, at: Timestamp) -> NoticeText {
        let Words { kind, subject, facts, advice, link } = tidings.words(self);
        let account = self.account.map(|account| account.id);
        NoticeText { at, kind, account, subject, facts, advice, link }
    }

    /// Who, as the owner of the account reads it.
    fn who(&self, by: &Actor) -> String {
        match (by, self.account) {
            (Actor::Account { id, name }, Some(account)) if *id == account.id => format!("{name} (you)"),
            (Actor::Account { name, .. }, _) => name.to_string(),
            (Actor::System, _) => "Postern, by a rule".to_owned(),
            (by, _) => by.to_string(),
        }
    }

    fn is_owner(&self, doer: &Doer) -> bool {
        self.account.is_some_and(|account| doer.is_owner(account))
    }

    /// The user name of the account.
    pub(super) fn name(&self) -> &str {
        self.account.map_or("the organization", |account| account.name.as_str())
    }
}

/// The words of one notice.
pub(crate) struct Words {
    kind: NoticeKind,
    subject: String,
    facts: Vec<(String, String)>,
    advice: String,
    link: String,
}

impl Words {
    pub(super) fn new(kind: NoticeKind, subject: impl Into<String>) -> Self {
        let (facts, advice, link) = (Vec::new(), String::new(), SECURITY_INFO.to_owned());
        Self { kind, subject: subject.into(), facts, advice, link }
    }

    pub(super) fn fact(mut self, words: &str, value: impl Display) -> Self {
        self.facts.push((words.to_owned(), value.to_string()));
        self
    }

    pub(super) fn fact_if(self, words: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.fact(words, value),
            None => self,
        }
    }

    pub(super) fn facts(mut self, facts: &[(String, String)]) -> Self {
        self.facts.extend_from_slice(facts);
        self
    }

    pub(super) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    pub(super) fn link(mut self, path: impl Into<String>) -> Self {
        self.link = path.into();
        self
    }

    /// Who did it, from where and with what; what to do about it, unless that is said already.
    pub(super) fn done_by(self, doer: &Doer, about: &About<'_>) -> Self {
        let advice = if about.is_owner(doer) { CHANGE_PASSWORD } else { ASK_ADMINISTRATOR };
        let advice = if self.advice.is_empty() { advice.to_owned() } else { self.advice.clone() };
        self.fact("Done by", about.who(&doer.by))
            .fact("From", doer.from(about.trusted))
            .fact("With", doer.with())
            .advice(advice)
    }
}

/// A moment as people read it, in coordinated universal time.
pub(crate) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('T') {
        Some((date, time)) => format!("{date} {} UTC", time.trim_end_matches('Z')),
        None => text,
    }
}

/// From where something may be used.
pub(super) fn usable_from(networks: &Networks) -> String {
    if *networks == Networks::any() { "any network".to_owned() } else { networks.to_string() }
}

/// Addresses in a line; none when there are none.
pub(super) fn addresses(list: &[AccountName]) -> Option<String> {
    let list: Vec<&str> = list.iter().map(AccountName::as_str).collect();
    (!list.is_empty()).then(|| list.join(", "))
}
