//! Remember a browser: for a number of days it is not asked for a second factor at sign-in. It never stands for one where a
//! sensitive deed asks.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::id::RememberedBrowserId;
use postern_domain::setting::Settings;
use postern_storage::{RememberedBrowser, Transaction};

use super::own_methods::own;
use super::second_factor_in::actor;
use super::session::{is_fresh, read_anew};
use super::{FullSession, SessionToken};
use crate::account::record_of;
use crate::authorise::{Asker, settings_for};
use crate::notice::{Doer, SignInTidings, tell};
use crate::{By, Failure, Service};

impl Service {
    /// Remembers the session's browser, when the organization lets browsers be remembered and the second factor was given
    /// just now. Gives the token for its cookie, and for how long.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn remember_browser(
        &self,
        session: &FullSession,
    ) -> Result<Option<(SessionToken, Duration)>, Failure> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let Some((session, account)) = read_anew(session.session(), &mut *transaction, now).await? else {
            return Ok(None);
        };
        let settings = settings_for(&mut *transaction, &account).await?;
        let Some(span) = settings.remember_browser.filter(|_| is_fresh(&session, &settings, now)) else {
            return Ok(None);
        };
        let done = Doer::in_portal(&session, &account);
        let token = SessionToken::generate(self.random());
        let browser = RememberedBrowser {
            id: RememberedBrowserId::generate(&*self.parts.clock, self.random()),
            token: token.hash(),
            account: account.id,
            remembered_at: now,
            expires_at: now.plus(span),
            last_used_at: None,
            address: session.address,
            user_agent: session.user_agent,
        };
        transaction.forget_stale_remembered_browsers(now).await?;
        transaction.insert_remembered_browser(&browser).await?;
        let record = record_of(Operation::RememberBrowser, &account)
            .detail("browser", browser.id)
            .detail("until", browser.expires_at)
            .by(actor(&account), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = SignInTidings::BrowserRemembered { until: browser.expires_at, done };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.commit().await?;
        Ok(Some((token, span)))
    }

    /// The browsers in which the owner is remembered now, newest first.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn remembered_browsers(&self, by: By<'_>) -> Result<Vec<RememberedBrowser>, Failure> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, now).await?;
        let Some(account) = own(&asker, &mut *snapshot).await? else { return Ok(Vec::new()) };
        let settings = settings_for(&mut *snapshot, &account).await?;
        let mut browsers = snapshot.remembered_browsers_of(account.id).await?;
        browsers.retain(|browser| is_remembered(browser, &settings, now));
        Ok(browsers)
    }

    /// Forgets one of the owner's browsers, or with none named all of them: the next sign-in there asks for a second factor.
    /// Gives how many were forgotten. No step-up is asked for: cutting off must be easy.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn forget_browsers(
        &self,
        by: By<'_>,
        one: Option<RememberedBrowserId>,
    ) -> Result<u64, Failure> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let Some(account) = own(&asker, &mut *transaction).await? else { return Ok(0) };
        let forgotten = match one {
            Some(id) => u64::from(transaction.forget_remembered_browser(account.id, id).await?),
            None => transaction.forget_remembered_browsers_of(account.id).await?,
        };
        if forgotten > 0 {
            let record = record_of(Operation::ForgetBrowsers, &account)
                .detail("browsers", forgotten)
                .by(by.actor(), now);
            transaction.append_audit_records(vec![record]).await?;
        }
        transaction.commit().await?;
        Ok(forgotten)
    }

    /// Whether the browser with that token is remembered for the account; then it is written that it was used.
    pub(super) async fn use_remembered(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        token: Option<&SessionToken>,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let Some(token) = token else { return Ok(false) };
        let settings = settings_for(transaction, account).await?;
        let found = transaction.remembered_browser(&token.hash()).await?;
        let found =
            found.filter(|browser| browser.account == account.id && is_remembered(browser, &settings, now));
        let Some(browser) = found else { return Ok(false) };
        transaction.use_remembered_browser(browser.id, now).await?;
        Ok(true)
    }
}

/// Until its time is over by what was said then and by what the setting says now; not when the clock was set back.
fn is_remembered(browser: &RememberedBrowser, settings: &Settings, now: Timestamp) -> bool {
    let span = settings.remember_browser;
    browser.remembered_at <= now
        && now < browser.expires_at
        && span.is_some_and(|span| now.since(browser.remembered_at) < span)
}
