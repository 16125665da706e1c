//! What a change of a setting would stop: asked before it is made.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{AccountName, GroupName};
use postern_domain::door::{Door, DoorSet};
use postern_domain::setting::{AccountPasswordsAtDoors, Policy, SettingKey, Settings};
use postern_domain::sign_in::Place;
use postern_storage::{
    AccountFilter, AccountsOf, CredentialSort, Ended, InventoryCriteria, InventoryFilter, LockedOut,
    ProgramFilter, Snapshot, StorageError, TallyStep,
};

use super::SettingError;
use super::change_setting::may_change;
use crate::authorise::Asker;
use crate::{By, Service};

/// The span over which what would stop is counted.
const LOOKED_BACK: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a change would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingPreview {
    /// The value by now, of the group or the organization; none: none of its own.
    pub before: Option<String>,
    /// The value that it would be; none: none of its own.
    pub after: Option<String>,
    /// What would be refused from then on.
    pub stops: Vec<StoppedSignIns>,
    /// Owners could no longer create app passwords, and have so many, which can be revoked in the same step. Counted up to
    /// [`MOST_COUNTED`](crate::inventory::MOST_COUNTED) and one more.
    pub revocable: Option<u64>,
    /// The accounts that could give no second factor any more, as their last method would be of a kind that is switched off:
    /// the first [`MOST_NAMED`] by name.
    pub locked_out: LockedOut,
}

/// Sign-ins that would be refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoppedSignIns {
    /// Where.
    pub door: Door,
    /// With what.
    pub credential: CredentialSort,
    /// How many of them there were in the last 30 days, of everybody, whatever groups they are in.
    pub sign_ins: u64,
    /// The programs that made them, as far as they are known, at most [`MOST_NAMED`]: of the group where it is for one.
    pub named: Vec<StoppedProgram>,
    /// Whether there may be more than are named.
    pub more: bool,
}

/// A program that would be refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoppedProgram {
    /// Whose.
    pub account: AccountName,
    /// The app password's name; of an account password what the program calls itself; none: nothing.
    pub name: Option<String>,
    /// From where it came last.
    pub address: IpAddr,
    /// When.
    pub at: Timestamp,
}

/// So many programs are named; the inventory has them all. And so many accounts.
pub const MOST_NAMED: u32 = 20;

/// So many are looked at to name them.
const LOOKED_AT: u32 = 1_000;

impl Service {
    /// Says what a change would do, without making it. With no value the value is taken back.
    ///
    /// # Errors
    /// [`SettingError`], as the change itself would fail, but for a step-up, which is not asked for.
    pub async fn preview_setting(
        &self,
        by: By<'_>,
        group: Option<&GroupName>,
        key: SettingKey,
        value: Option<&str>,
    ) -> Result<SettingPreview, SettingError> {
        self.write_down_events().await;
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, now).await?;
        match may_change(&asker, now) {
            Ok(()) | Err(SettingError::StepUpNeeded) => {}
            Err(error) => return Err(error),
        }
        if group.is_some() && !key.is_for_groups() {
            return Err(SettingError::NotForGroups { key });
        }
        let policy = snapshot.policy().await?;
        let mut then = policy.clone();
        let values = match group {
            None => &mut then.organization,
            Some(group) => then.groups.entry(group.clone()).or_default(),
        };
        let before = values.get(key);
        match value {
            Some(value) => values.give(key, value)?,
            None => values.take_back(key),
        }
        let after = values.get(key);
        let (old, new) = (settings_of(&policy, group), settings_of(&then, group));
        let mut stops = Vec::new();
        for tally in snapshot.sign_in_tallies(now.minus(LOOKED_BACK), TallyStep::Day).await? {
            let (Place::Door(door), false) = (tally.place, matches!(tally.ended, Ended::Refused(_))) else {
                continue;
            };
            if refuses(&new, door, tally.credential) && !refuses(&old, door, tally.credential) {
                let stop = StoppedSignIns {
                    door,
                    credential: tally.credential,
                    sign_ins: tally.count,
                    named: Vec::new(),
                    more: false,
                };
                add(&mut stops, stop);
            }
        }
        stops.sort_by_key(|stop| (stop.door, stop.credential));
        for stop in &mut stops {
            name(stop, &mut *snapshot, group, now).await?;
        }
        let closes = old.users_may_create_app_passwords && !new.users_may_create_app_passwords;
        let revocable = match closes {
            true => Some(snapshot.app_password_count(&whose(&policy, group)).await?),
            false => None,
        };
        let locked_out = self.locked_out_by(&mut *snapshot, &policy, &then).await?;
        Ok(SettingPreview { before, after, stops, revocable, locked_out })
    }
}

impl SettingPreview {
    /// Whether it stops something or locks somebody out, so that it is to be confirmed.
    #[must_use]
    pub fn needs_confirmation(&self) -> bool {
        !self.stops.is_empty() || self.revocable.is_some_and(|count| count > 0) || self.locked_out.count > 0
    }
}

/// Names the programs that signed in so within the span, the latest first.
async fn name(
    stop: &mut StoppedSignIns,
    state: &mut (dyn Snapshot + '_),
    group: Option<&GroupName>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let since = now.minus(LOOKED_BACK);
    let (mut named, cut) = match stop.credential {
        CredentialSort::AppPassword => app_passwords_at(stop.door, state, group, since, now).await?,
        CredentialSort::AccountPassword => programs_at(stop.door, state, group, since).await?,
        _ => return Ok(()),
    };
    named.sort_by_key(|stopped| std::cmp::Reverse(stopped.at));
    stop.more = cut || named.len() > MOST_NAMED as usize;
    named.truncate(MOST_NAMED as usize);
    stop.named = named;
    Ok(())
}

/// The app passwords that were last used at the door, and whether some were not looked at.
async fn app_passwords_at(
    door: Door,
    state: &mut (dyn Snapshot + '_),
    group: Option<&GroupName>,
    since: Timestamp,
    now: Timestamp,
) -> Result<(Vec<StoppedProgram>, bool), StorageError> {
    let filter = InventoryFilter { door: Some(door), limit: LOOKED_AT, ..InventoryFilter::default() };
    let doors_to_look_at = DoorSet::EMPTY;
    let criteria = InventoryCriteria { now, stale_before: since, expiring_before: now, doors_to_look_at };
    let page = state.inventory(&filter, &criteria).await?;
    let used = page.rows.into_iter().filter_map(|row| {
        let last = row.app_password.last_use.filter(|last| last.door == door && last.at >= since)?;
        let counts = group.is_none_or(|group| row.groups.contains(group));
        counts.then(|| StoppedProgram {
            account: row.owner,
            name: Some(row.app_password.name.to_string()),
            address: last.address,
            at: last.at,
        })
    });
    Ok((used.collect(), page.next.is_some()))
}

/// The programs that signed in there with an account password, and whether some were not looked at.
async fn programs_at(
    door: Door,
    state: &mut (dyn Snapshot + '_),
    group: Option<&GroupName>,
    since: Timestamp,
) -> Result<(Vec<StoppedProgram>, bool), StorageError> {
    let filter = ProgramFilter {
        accounts: AccountFilter { group: group.cloned(), ..AccountFilter::default() },
        listed: None,
        enforced: None,
        since,
        limit: LOOKED_AT,
        after: None,
    };
    let programs = state.programs(&filter).await?;
    let cut = programs.len() >= LOOKED_AT as usize;
    let let_in = programs.into_iter().filter_map(|program| {
        let at = program.last_at.filter(|at| *at >= since && program.door == door)?;
        Some(StoppedProgram {
            account: program.account_name,
            name: program.client,
            address: program.address,
            at,
        })
    });
    Ok((let_in.collect(), cut))
}

fn add(stops: &mut Vec<StoppedSignIns>, stop: StoppedSignIns) {
    match stops.iter_mut().find(|known| (known.door, known.credential) == (stop.door, stop.credential)) {
        Some(known) => known.sign_ins += stop.sign_ins,
        None => stops.push(stop),
    }
}

/// What holds for the members of a group that are in no other, or for those who are in no group.
fn settings_of(policy: &Policy, group: Option<&GroupName>) -> Settings {
    match group {
        Some(group) => policy.settings_for(std::slice::from_ref(group)),
        None => policy.organization.settings().clone(),
    }
}

/// The accounts for which the right to create app passwords changes: the group's, or those whose groups say nothing of it.
pub(super) fn whose(policy: &Policy, group: Option<&GroupName>) -> AccountsOf {
    let says =
        |values: &postern_domain::setting::Values| values.gives(SettingKey::UsersMayCreateAppPasswords);
    match group {
        Some(group) => AccountsOf::Group(group.clone()),
        None => {
            let groups = policy.groups.iter().filter(|(_, values)| says(values));
            AccountsOf::NoneOf(groups.map(|(group, _)| group.clone()).collect())
        }
    }
}

/// Whether the settings alone refuse such a sign-in, as the rule table reads them.
fn refuses(settings: &Settings, door: Door, credential: CredentialSort) -> bool {
    let off = settings.doors_off.contains(door);
    let unwanted = credential == CredentialSort::AccountPassword
        && settings.account_passwords_at_doors == AccountPasswordsAtDoors::Never;
    let no_app_passwords = credential == CredentialSort::AppPassword && !settings.app_passwords_at_doors;
    ((off || unwanted) && !settings.doors_report_only.contains(door)) || no_app_passwords
}
