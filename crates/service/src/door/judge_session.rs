//! Judge live sessions anew after something changed.

use std::collections::{HashMap, HashSet};

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus};
use postern_domain::id::{AccountId, DoorSessionId, SecretId};
use postern_domain::impersonation::{Mailbox, may_act_for};
use postern_domain::setting::Policy;
use postern_domain::sign_in::{Permit, RefusalReason, SignIn, Verified, decide};
use postern_storage::{AccountPasswordRecord, ChangeKind, Credential, SecretStanding, Snapshot};

use super::DoorSession;
use super::decide::policy;
use super::session::ActingFor;
use crate::{Failure, Service};

/// What is to become of a live session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// It goes on.
    GoesOn,
    /// It ends.
    Ends(Ending),
}

/// Why a live session ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The rules no longer allow it. [`RefusalReason::UnknownAccount`]: the account was deleted;
    /// [`RefusalReason::WrongSecret`]: the account password was changed.
    Refused(RefusalReason),
    /// All sessions of the account were ended after it had signed in.
    SignedOut,
    /// This one was ended, by its owner or an administrator.
    EndedAlone,
}

impl Ending {
    /// The name for the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused(reason) => reason.name(),
            Self::SignedOut => "force-sign-out",
            Self::EndedAlone => "ended-alone",
        }
    }
}

impl Service {
    /// [`Self::judge_sessions`] for one session.
    ///
    /// # Errors
    /// As there.
    pub async fn judge_session(&self, session: &DoorSession) -> Result<Judgement, Failure> {
        let judged = self.judge_sessions(&[session]).await?;
        Ok(judged.into_iter().next().expect("one judgement for one session"))
    }

    /// Asks the rules about live sessions with what the database holds now; answers in their order. It is no use of
    /// their app passwords and is not counted as one; and it keeps an app password from expiring of idleness, as what is
    /// connected is not idle.
    ///
    /// One consistent state is read for all of them: a few hundred app passwords with one statement, an account that
    /// signed in with its own password with two. It is held for as long as that takes, so ask about some hundred at once.
    ///
    /// # Errors
    /// [`Failure`]: then the sessions go on, and the question is to be asked again.
    pub async fn judge_sessions(&self, sessions: &[&DoorSession]) -> Result<Vec<Judgement>, Failure> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let evidence = Evidence::read(sessions, &mut *snapshot, self.now()).await?;
        let judgements: Vec<_> = sessions.iter().map(|session| evidence.judge(session)).collect();
        for (session, judgement) in sessions.iter().zip(&judgements) {
            if *judgement != Judgement::GoesOn {
                // Its program's next request is another session, also when the notice of this one's end was lost.
                self.at_work.heed(ChangeKind::EndDoorSession(session.id));
                self.impersonations.heed(ChangeKind::EndDoorSession(session.id));
            }
        }
        Ok(judgements)
    }
}

/// What the database holds about some sessions.
pub(super) struct Evidence {
    policy: Policy,
    /// By the secrets that sessions signed in with.
    credentials: HashMap<SecretId, Credential>,
    /// Those that signed in with their account password.
    accounts: HashMap<AccountId, (Account, Option<AccountPasswordRecord>)>,
    /// Those whose mailboxes others act for.
    mailboxes: HashMap<AccountId, Account>,
    /// Those that have come since to mailboxes that had none when somebody signed in to act for them.
    newcomers: HashMap<AccountName, Account>,
    /// Those that were asked to end one by one.
    to_end: HashSet<DoorSessionId>,
    now: Timestamp,
}

impl Evidence {
    pub(super) async fn read(
        sessions: &[&DoorSession],
        state: &mut (dyn Snapshot + '_),
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let secrets: HashSet<SecretId> = sessions.iter().filter_map(|session| session.secret).collect();
        let secrets: Vec<SecretId> = secrets.into_iter().collect();
        let credentials = state.credentials(&secrets).await?.into_iter();
        let mut accounts = HashMap::new();
        for session in sessions.iter().filter(|session| session.secret.is_none()) {
            let id = session.account.id;
            if !accounts.contains_key(&id)
                && let Some(account) = state.account(id).await?
            {
                accounts.insert(id, (account, state.account_password(id).await?));
            }
        }
        let (mailboxes, newcomers) = mailboxes(sessions, state).await?;
        Ok(Self {
            policy: state.policy().await?,
            credentials: credentials.map(|credential| (credential.secret.id, credential)).collect(),
            accounts,
            mailboxes,
            newcomers,
            to_end: state.live_sessions_to_end().await?.into_iter().collect(),
            now,
        })
    }

    pub(super) fn judge(&self, session: &DoorSession) -> Judgement {
        match self.account(session) {
            Err(reason) => Judgement::Ends(Ending::Refused(reason)),
            // What the account had when the session signed in, read in the same moment as its credential: whatever the
            // clocks say, a session that was let in before has another value, and one that was let in after has this one.
            Ok(account) if account.sessions_valid_since != session.account.sessions_valid_since => {
                Judgement::Ends(Ending::SignedOut)
            }
            Ok(_) if self.to_end.contains(&session.id) => Judgement::Ends(Ending::EndedAlone),
            Ok(_) => Judgement::GoesOn,
        }
    }

    /// The session's account as it is now, if the rules still let it in.
    fn account(&self, session: &DoorSession) -> Result<&Account, RefusalReason> {
        let Some(secret) = session.secret else {
            let (account, password) =
                self.accounts.get(&session.account.id).ok_or(RefusalReason::UnknownAccount)?;
            let is_there = !matches!(account.status, AccountStatus::Deleted { .. });
            let account = Some(account).filter(|_| is_there).ok_or(RefusalReason::UnknownAccount)?;
            if password.as_ref().map(|record| record.changed_at) != session.password_changed_at {
                return Err(RefusalReason::WrongSecret);
            }
            return self.ask(session, account, Verified::AccountPassword).map(|_permit| account);
        };
        let Credential { secret, app_password, account } =
            self.credentials.get(&secret).ok_or(RefusalReason::Revoked)?;
        if matches!(account.status, AccountStatus::Deleted { .. }) {
            return Err(RefusalReason::UnknownAccount);
        }
        let rotated_away = matches!(secret.standing, SecretStanding::Old { until } if until <= self.now);
        let mut app_password = app_password.clone();
        app_password.idle_expiry = None;
        let credential = Verified::AppPassword { app_password: &app_password, rotated_away };
        self.ask(session, account, credential).map(|_permit| account)
    }

    fn ask(
        &self,
        session: &DoorSession,
        account: &Account,
        credential: Verified<'_>,
    ) -> Result<Permit, RefusalReason> {
        let app_password = match credential {
            Verified::AppPassword { app_password, .. } => Some(app_password),
            Verified::AccountPassword => None,
        };
        let denied = |other: &ActingFor| {
            let owner = match &other.account {
                Some(as_it_was) => self.mailboxes.get(&as_it_was.id),
                None => self.newcomers.get(&other.name),
            };
            let mailbox = owner.map_or(Mailbox::Foreign(&other.name), Mailbox::Account);
            may_act_for(account, app_password, mailbox).is_err()
        };
        let settings = self.policy.settings_for(&account.groups);
        decide(&SignIn {
            credential,
            mfa: account.mfa,
            status: &account.status,
            policy: policy(&settings, session.door),
            door: session.door,
            address: session.address,
            impersonation_denied: session.acting_for.as_ref().is_some_and(denied),
            limit_reached: false,
            now: self.now,
        })
    }
}

/// The accounts of the mailboxes that sessions act for: by what they were known by at sign-in, and by the address where
/// there was none.
async fn mailboxes(
    sessions: &[&DoorSession],
    state: &mut (dyn Snapshot + '_),
) -> Result<(HashMap<AccountId, Account>, HashMap<AccountName, Account>), Failure> {
    let (mut known, mut newcomers) = (HashMap::new(), HashMap::new());
    let mut asked = HashSet::new();
    for other in sessions.iter().filter_map(|session| session.acting_for.as_ref()) {
        match &other.account {
            Some(as_it_was) if !known.contains_key(&as_it_was.id) => {
                if let Some(account) = state.account(as_it_was.id).await? {
                    known.insert(account.id, account);
                }
            }
            None if asked.insert(&other.name) => {
                if let Some(account) = state.account_of_mailbox(&other.name).await? {
                    newcomers.insert(other.name.clone(), account);
                }
            }
            _ => {}
        }
    }
    Ok((known, newcomers))
}
