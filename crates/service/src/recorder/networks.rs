//! Where app passwords are used from: their owners are told of the first use, and of a use from a new network.
//!
//! The rule, which `docs/admin/notices.md` has in words: accepted sign-ins with an app password at a door count, nothing
//! else. A network is a /24 or a /48. The first use of all is told as such. After that, a network from which the app
//! password was not used in the last 90 days is new, and told, unless it is one of the organization's own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::app_password::AppPassword;
use postern_domain::door::Door;
use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, SignInEvent};
use postern_storage::{KnownNetworks as Known, NetworkNews, Result, SeenNetwork, Transaction};

use crate::authorise::settings_for;
use crate::notice::{AppPasswordTidings, NetworkUse, tell};

/// Networks that are kept for each app password.
const MOST: u32 = 256;

/// A network that was not used for so long is forgotten: who comes back after a season is news.
const KNOWN_FOR: Duration = Duration::from_secs(90 * 24 * 3600);

/// How often it is written that a network is in use, so that usual uses cost no statement.
const NOTED_EVERY: Duration = DAY;

/// New networks of one app password within a day of which its owner is told: a stolen one that is used from a thousand
/// machines is not to bury everything else that its owner is told.
const MOST_A_DAY: u64 = 20;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Pairs of app password and network that are held in memory: about 10 MiB.
const MOST_HELD: usize = 100_000;

/// An app password and a network.
type Pair = (AppPasswordId, IpNet);

/// What this server knows to be known, and since when that is written.
#[derive(Default)]
pub(super) struct KnownNetworks(Mutex<HashMap<Pair, Timestamp>>);

impl KnownNetworks {
    /// Notes the networks of accepted sign-ins, and tells owners of what is new. Gives what is known by it, for
    /// [`Self::learn`] once the transaction is committed.
    pub(super) async fn note(
        &self,
        state: &mut (dyn Transaction + '_),
        events: &[SignInEvent],
    ) -> Result<Vec<(Pair, Timestamp)>> {
        let mut noted = Vec::new();
        for (app_password, uses) in self.unknown(events) {
            let mut news = Vec::new();
            for (used, at) in uses {
                let network = used.network;
                let seen = SeenNetwork { app_password, network, at };
                let known = Known { most: MOST, since: at.minus(KNOWN_FOR) };
                match state.see_network(&seen, known).await? {
                    NetworkNews::Known => {}
                    what => news.push((what, used, at)),
                }
                noted.push(((app_password, network), at));
            }
            if !news.is_empty()
                && let Some(app_password) = state.app_password(app_password).await?
            {
                tell_owner(state, &app_password, news).await?;
            }
        }
        Ok(noted)
    }

    /// What was noted is known from now on.
    pub(super) fn learn(&self, noted: Vec<(Pair, Timestamp)>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + noted.len() > MOST_HELD {
            known.clear();
        }
        known.extend(noted);
    }

    /// The first use of each pair that this server has not noted of late, in the order of the events.
    fn unknown(&self, events: &[SignInEvent]) -> BTreeMap<AppPasswordId, Vec<(NetworkUse, Timestamp)>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = HashSet::new();
        let mut unknown: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for event in events {
            let (Outcome::Accepted { .. }, CredentialUsed::AppPassword(id), Place::Door(door)) =
                (event.outcome, event.credential, event.place)
            else {
                continue;
            };
            let used = use_of(event, door);
            let pair = (id, used.network);
            let is_fresh = known.get(&pair).is_some_and(|noted| event.at < noted.plus(NOTED_EVERY));
            if !is_fresh && found.insert(pair) {
                unknown.entry(id).or_default().push((used, event.at));
            }
        }
        unknown
    }
}

fn use_of(event: &SignInEvent, door: Door) -> NetworkUse {
    let (network, address) = (network_of(event.address), event.address);
    NetworkUse { network, address, door, client: event.client.clone() }
}

/// One notice of the first use, and one of all new networks that are not the organization's own.
async fn tell_owner(
    state: &mut (dyn Transaction + '_),
    app_password: &AppPassword,
    news: Vec<(NetworkNews, NetworkUse, Timestamp)>,
) -> Result<()> {
    let account = state.account(app_password.account).await?;
    let Some(account) = account.filter(|account| account.status == AccountStatus::Active) else {
        return Ok(());
    };
    let trusted = settings_for(state, &account).await?.trusted_networks;
    let mut new = Vec::new();
    for (what, used, at) in news {
        if what == NetworkNews::FirstUse {
            let notice = AppPasswordTidings::FirstUse { its: app_password.into(), used };
            tell(state, &account, notice, at).await?;
        } else if !trusted.iter().any(|network| network.contains(&used.address.to_canonical())) {
            new.push((used, at));
        }
    }
    tell_of_new(state, &account, app_password, new).await
}

async fn tell_of_new(
    state: &mut (dyn Transaction + '_),
    account: &Account,
    app_password: &AppPassword,
    new: Vec<(NetworkUse, Timestamp)>,
) -> Result<()> {
    let Some(&(_, at)) = new.last() else { return Ok(()) };
    let today = state.new_network_count(app_password.id, at.minus(DAY)).await?;
    let told_today = today.saturating_sub(new.len() as u64);
    if told_today >= MOST_A_DAY {
        return Ok(());
    }
    let notice = AppPasswordTidings::NewNetworks {
        its: app_password.into(),
        uses: new.into_iter().map(|(used, _)| used).collect(),
        last_today: today >= MOST_A_DAY,
    };
    tell(state, account, notice, at).await
}

/// The /24 of an IPv4 address, the /48 of an IPv6 address: what is one place for most networks. An IPv4 address mapped
/// into IPv6 counts as IPv4.
pub(super) fn network_of(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(address) => IpNet::V4(Ipv4Net::new_assert(address, 24).trunc()),
        IpAddr::V6(address) => IpNet::V6(Ipv6Net::new_assert(address, 48).trunc()),
    }
}

#[cfg(test)]
mod tests {
    use super::network_of;

    #[test]
    fn a_place_is_a_24_or_a_48() {
        for (address, network) in [
            ("192.0.2.7", "192.0.2.0/24"),
            ("::ffff:192.0.2.7", "192.0.2.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()).to_string(), network);
        }
    }
}
