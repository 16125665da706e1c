//! What a change of a setting would stop: asked before it is made.

use std::time::Duration;

use postern_domain::account::GroupName;
use postern_domain::door::Door;
use postern_domain::setting::{AccountPasswordsAtDoors, Policy, SettingKey, Settings};
use postern_domain::sign_in::Place;
use postern_storage::{AccountsOf, CredentialSort, Ended, TallyStep};

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
    pub stops: Vec<Stop>,
    /// Owners could no longer create app passwords, and have so many, which can be revoked in the same step. Counted up to
    /// [`MOST_COUNTED`](crate::inventory::MOST_COUNTED) and one more.
    pub revocable: Option<u64>,
}

/// Sign-ins that would be refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    /// Where.
    pub door: Door,
    /// With what.
    pub credential: CredentialSort,
    /// How many of them there were in the last 30 days, of everybody, whatever groups they are in.
    pub sign_ins: u64,
}

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
                add(&mut stops, Stop { door, credential: tally.credential, sign_ins: tally.count });
            }
        }
        stops.sort_by_key(|stop| (stop.door, stop.credential));
        let closes = old.users_may_create_app_passwords && !new.users_may_create_app_passwords;
        let revocable = match closes {
            true => Some(snapshot.app_password_count(&whose(&policy, group)).await?),
            false => None,
        };
        Ok(SettingPreview { before, after, stops, revocable })
    }
}

impl SettingPreview {
    /// Whether it stops something, so that it is to be confirmed.
    #[must_use]
    pub fn needs_confirmation(&self) -> bool {
        !self.stops.is_empty() || self.revocable.is_some_and(|count| count > 0)
    }
}

fn add(stops: &mut Vec<Stop>, stop: Stop) {
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
