//! The directory as it is, in memory: a file of many rows would ask for each account several times otherwise.

use std::collections::HashMap;

use postern_domain::account::AccountName;
use postern_domain::directory::ExternalId;
use postern_storage::{Snapshot, StorageError};

use crate::directory::apply::WithEntry;

/// Accounts read at a time.
const PORTION: u32 = 1_000;

/// Every account that is not deleted.
pub(super) struct Existing {
    pub(super) accounts: Vec<WithEntry>,
    by_address: HashMap<AccountName, usize>,
    by_external_id: HashMap<ExternalId, usize>,
}

impl Existing {
    pub(super) async fn read(state: &mut (dyn Snapshot + '_)) -> Result<Self, StorageError> {
        let mut existing =
            Self { accounts: Vec::new(), by_address: HashMap::new(), by_external_id: HashMap::new() };
        let mut after = None;
        loop {
            let portion = state.directory_accounts(after, 0, PORTION).await?;
            let Some(last) = portion.last() else { return Ok(existing) };
            after = Some(last.account.id);
            for one in portion {
                existing.add((one.account, one.entry));
            }
        }
    }

    fn add(&mut self, one: WithEntry) {
        let place = self.accounts.len();
        for address in one.0.addresses() {
            self.by_address.insert(address.clone(), place);
        }
        if let Some(external_id) = &one.1.external_id {
            self.by_external_id.insert(external_id.clone(), place);
        }
        self.accounts.push(one);
    }

    /// The place of the account that has the address.
    pub(super) fn with_address(&self, address: &AccountName) -> Option<usize> {
        self.by_address.get(address).copied()
    }

    /// The place of the account that the directory calls so.
    pub(super) fn with_external_id(&self, external_id: &ExternalId) -> Option<usize> {
        self.by_external_id.get(external_id).copied()
    }
}
