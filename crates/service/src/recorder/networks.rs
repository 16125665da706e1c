//! The first use of an app password from a network: its owner is told.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use postern_domain::account::AccountStatus;
use postern_domain::app_password::AppPassword;
use postern_domain::door::Door;
use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, SignInEvent};
use postern_storage::{Result, SeenNetwork, Transaction};

use crate::notice::{Notice, tell};

/// Networks that are kept for each app password.
const MOST: u32 = 256;

/// Pairs of app password and network that are held in memory, so that usual uses cost no statement: about 10 MiB.
const MOST_HELD: usize = 100_000;

/// What this server knows to be known.
#[derive(Default)]
pub(super) struct KnownNetworks(Mutex<HashSet<(AppPasswordId, IpNet)>>);

impl KnownNetworks {
    /// Notes the networks of accepted sign-ins, and tells owners of those that are new. Gives what is known by it, for
    /// [`Self::learn`] once the transaction is committed.
    pub(super) async fn note(
        &self,
        state: &mut (dyn Transaction + '_),
        events: &[SignInEvent],
    ) -> Result<Vec<(AppPasswordId, IpNet)>> {
        let unknown = self.unknown(events);
        let mut noted = Vec::with_capacity(unknown.len());
        for ((app_password, network), (event, door)) in unknown {
            let seen = SeenNetwork { app_password, network, at: event.at };
            if state.see_network(&seen, MOST).await?
                && let Some(app_password) = state.app_password(app_password).await?
            {
                tell_owner(state, app_password, network, event, door).await?;
            }
            noted.push((app_password, network));
        }
        Ok(noted)
    }

    /// What was noted is known from now on.
    pub(super) fn learn(&self, noted: Vec<(AppPasswordId, IpNet)>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + noted.len() > MOST_HELD {
            known.clear();
        }
        known.extend(noted);
    }

    /// The first accepted event of each pair that is not known here.
    fn unknown<'e>(
        &self,
        events: &'e [SignInEvent],
    ) -> HashMap<(AppPasswordId, IpNet), (&'e SignInEvent, Door)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = HashMap::new();
        for event in events {
            let (Outcome::Accepted { .. }, CredentialUsed::AppPassword(id), Place::Door(door)) =
                (event.outcome, event.credential, event.place)
            else {
                continue;
            };
            let pair = (id, network_of(event.address));
            if !known.contains(&pair) {
                unknown.entry(pair).or_insert((event, door));
            }
        }
        unknown
    }
}

async fn tell_owner(
    state: &mut (dyn Transaction + '_),
    app_password: AppPassword,
    network: IpNet,
    event: &SignInEvent,
    door: Door,
) -> Result<()> {
    let account = state.account(app_password.account).await?;
    let Some(account) = account.filter(|account| account.status == AccountStatus::Active) else {
        return Ok(());
    };
    let notice = Notice::NewNetwork {
        app_password: app_password.name,
        network,
        address: event.address,
        door,
        client: event.client.clone(),
    };
    tell(state, &account, notice, event.at).await
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
