//! What a change of an app password's attributes comes to: which of them differ, and which let it do more than before.
//!
//! Doing less needs nobody's second factor, as cutting off must be easy; doing more does (step-up), and its owner is told.

use std::time::Duration;

use super::{AppPassword, SenderRestriction};
use crate::Timestamp;
use crate::account::Account;
use crate::limits::{Allowance, Limits};
use crate::named::named;

named! {
    /// Something about an app password that may be changed.
    pub enum Attribute {
        /// Its name.
        Name = "name",
        /// Its note.
        Note = "note",
        /// The doors for which it is good.
        Scope = "scope",
        /// The networks from which it is good.
        Networks = "networks",
        /// When it ends.
        Expiry = "expiry",
        /// After how long without use it ends.
        IdleExpiry = "idle expiry",
        /// Which sender addresses it may use.
        Sender = "senders",
        /// How much may be done with it.
        Limits = "limits",
    }
}

/// The attributes in which two states of one app password differ.
#[must_use]
pub fn changed(before: &AppPassword, after: &AppPassword) -> Vec<Attribute> {
    let differs = |attribute: &Attribute| match attribute {
        Attribute::Name => before.name != after.name,
        Attribute::Note => before.note != after.note,
        Attribute::Scope => before.scope != after.scope,
        Attribute::Networks => before.networks != after.networks,
        Attribute::Expiry => before.expires_at != after.expires_at,
        Attribute::IdleExpiry => {
            (before.idle_expiry, before.renewed_at) != (after.idle_expiry, after.renewed_at)
        }
        Attribute::Sender => before.sender != after.sender,
        Attribute::Limits => before.limits != after.limits,
    };
    Attribute::ALL.iter().copied().filter(differs).collect()
}

/// The attributes by which the later state of one app password of `account` may do something that the earlier could not.
#[must_use]
pub fn widened(account: &Account, before: &AppPassword, after: &AppPassword) -> Vec<Attribute> {
    let wider = |attribute: &Attribute| match attribute {
        Attribute::Name | Attribute::Note => false,
        Attribute::Scope => !before.scope.covers(after.scope),
        Attribute::Networks => !before.networks.cover(&after.networks),
        Attribute::Expiry => is_later(before.expires_at, after.expires_at),
        Attribute::IdleExpiry => {
            is_longer(before.idle_expiry, after.idle_expiry)
                || (before.idle_expiry.is_some() && after.renewed_at > before.renewed_at)
        }
        Attribute::Sender => !covers(account, &before.sender, &after.sender),
        Attribute::Limits => allow_more(&before.limits, &after.limits),
    };
    Attribute::ALL.iter().copied().filter(wider).collect()
}

/// No end is later than any.
fn is_later(before: Option<Timestamp>, after: Option<Timestamp>) -> bool {
    before.is_some_and(|before| after.is_none_or(|after| after > before))
}

fn is_longer(before: Option<Duration>, after: Option<Duration>) -> bool {
    before.is_some_and(|before| after.is_none_or(|after| after > before))
}

/// Whether every address that `after` lets pass is one that `before` did. An entry of a list is compared as it stands: a
/// domain that takes the place of all its addresses is wider, as some may be added later.
fn covers(account: &Account, before: &SenderRestriction, after: &SenderRestriction) -> bool {
    match (before, after) {
        (SenderRestriction::Unrestricted, _)
        | (SenderRestriction::AccountAddresses, SenderRestriction::AccountAddresses) => true,
        // The addresses of an account may become more, and those that it has today may be listed: still wider.
        (_, SenderRestriction::Unrestricted)
        | (SenderRestriction::Listed(_), SenderRestriction::AccountAddresses) => false,
        (_, SenderRestriction::Listed(entries)) => {
            entries.iter().all(|entry| match entry.strip_prefix('@') {
                None => before.permits(account, entry),
                Some(_) => {
                    matches!(before, SenderRestriction::Listed(list) if list.contains(entry))
                }
            })
        }
    }
}

fn allow_more(before: &Limits, after: &Limits) -> bool {
    let most = |allowance: Option<Allowance>| allowance.map_or(u32::MAX, Allowance::get);
    after.sessions() > before.sessions()
        || after.sign_ins_per_minute() > before.sign_ins_per_minute()
        || most(after.messages_per_hour) > most(before.messages_per_hour)
        || most(after.recipients_per_hour) > most(before.recipients_per_hour)
}

#[cfg(test)]
mod tests;
