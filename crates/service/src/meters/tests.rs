//! Meters over time.

use postern_domain::app_password::{Created, Profile, SenderRestriction, StoredState};
use postern_domain::door::DoorSet;
use postern_domain::id::AccountId;
use postern_domain::limits::Limits;
use postern_domain::network::Networks;

use super::*;

fn app_password(number: u32) -> AppPassword {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    AppPassword {
        id: AppPasswordId::from_bytes(id),
        account: AccountId::from_bytes([1; 16]),
        name: "Contact form".parse().unwrap(),
        note: None,
        profile: Profile::Standard,
        scope: DoorSet::all(),
        networks: Networks::any(),
        expires_at: None,
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: Limits { messages_per_hour: Allowance::new(1).ok(), ..Limits::default() },
        state: StoredState::Active,
        created: Created { at: Timestamp::from_millis(0), by: String::new(), from: None },
        last_use: None,
        use_count: 0,
        overlap_until: None,
        renewed_at: None,
    }
}

/// Memory follows what is in use, not what there ever was.
#[test]
fn those_that_are_no_longer_used_are_forgotten() {
    let meters = Arc::new(Meters::default());
    let mut now = Timestamp::from_millis(1_795_000_000_000);
    let held = meters.enter(&app_password(0), now).unwrap();
    let sender = app_password(1);
    drop(meters.enter(&sender, now).unwrap());
    meters.send(&sender, Sending::Message, now).unwrap();
    for number in 2..20_000 {
        drop(meters.enter(&app_password(number), now).unwrap());
        now = now.plus(Duration::from_millis(100));
    }
    let remembered = meters.table().used.len();
    assert!(remembered < 3 * FEW, "{remembered} are remembered, of which some 650 are of the last minute");
    assert_eq!(meters.table().used[&app_password(0).id].sessions, 1, "what is connected is not forgotten");
    assert!(meters.send(&sender, Sending::Message, now).is_err(), "nor what was sent within the hour");
    drop(held);
    assert_eq!(meters.table().used[&app_password(0).id].sessions, 0);
}
