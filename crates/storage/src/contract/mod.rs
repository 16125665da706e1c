//! The contract suite: what every database promises, as facts that each of them is tested for.
//!
//! What is not tested here is not promised. A fact gets a new and empty database, which it may open more than once, as
//! several nodes do.

mod account_lists;
mod account_password_uses;
mod accounts;
mod api_tokens;
mod app_password_history;
mod app_passwords;
mod audit_log;
mod bulk_jobs;
mod ceremonies;
mod changes;
mod directory;
mod expiries;
mod help_requests;
mod idempotency;
mod inventory;
mod live_sessions;
mod locked_out;
mod methods;
mod notices;
mod notification_addresses;
mod other_credentials;
mod outside_identities;
mod portal_sessions;
mod remembered_browsers;
mod rotation;
mod sample;
mod sent_codes;
mod settings;
mod shipping;
mod sign_in_events;
mod tallies;
mod transactions;
mod upstream_credentials;

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Result, Store};

/// A database under test.
#[async_trait]
pub trait Database: Send + Sync {
    /// Opens it; again each time, as another process would.
    async fn open(&self) -> Result<Arc<dyn Store>>;
}

/// A database under test, shared by the tasks of a fact.
pub type SharedDatabase = Arc<dyn Database>;

/// What a fact answers: an error it did not expect, or nothing. It panics when it does not hold.
pub type Held = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Something that must hold for every database.
pub struct Fact {
    /// Its name, as `aggregate::fact`.
    pub name: &'static str,
    /// Tests it on a new and empty database.
    pub test: fn(SharedDatabase) -> Held,
}

macro_rules! facts {
    ($($aggregate:ident: $($fact:ident),+ $(,)?;)+) => {
        &[$($(Fact {
            name: concat!(stringify!($aggregate), "::", stringify!($fact)),
            test: |database| Box::pin($aggregate::$fact(database)),
        }),+),+]
    };
}

/// Every fact.
pub const FACTS: &[Fact] = facts! {
    accounts:
        comes_back_as_written, an_address_is_taken_once, a_deleted_account_frees_its_addresses,
        an_update_moves_the_addresses, an_account_that_is_not_there_is_not_updated,
        a_list_is_sorted_paged_and_filtered, counts_leave_deleted_accounts_out, a_password_is_replaced,
        a_sid_is_taken_once_and_finds_its_account, groups_are_listed_with_who_is_in_them,
        a_mailbox_of_a_deleted_account_is_known;
    api_tokens:
        a_token_comes_back_as_written, tokens_are_listed_and_counted,
        a_principal_has_a_name_of_its_own_until_it_is_revoked, principals_are_listed_page_by_page,
        access_tokens_end_by_time_or_with_their_principal;
    account_lists:
        every_filter_narrows_alone_and_with_others, all_are_counted_at_once, pages_go_both_ways, what_belongs_to_an_account_is_counted,
        an_alias_beyond_what_is_searched_is_found_whole, a_group_of_many_is_listed_as_one_of_few_is;
    account_password_uses:
        add_up_by_program, lists_are_narrowed_and_counted, totals_follow_the_accounts, are_forgotten;
    bulk_jobs:
        are_done_once_for_each_account, are_listed_page_by_page, follow_a_filter_or_a_list, one_server_at_a_time_goes_on_with_one;
    app_passwords:
        comes_back_as_written, a_live_name_is_taken_once, a_list_runs_from_new_to_old,
        an_update_leaves_the_uses_alone, uses_add_up_and_the_latest_is_kept, a_candidate_has_all_that_the_rules_need,
        a_revocation_is_seen_by_the_very_next_lookup_of_another_node, only_live_ones_count;
    app_password_history:
        days_add_up_and_come_in_order, sources_add_up_the_latest_first, only_the_latest_sources_are_kept;
    help_requests:
        are_noted_once_and_counted;
    directory:
        an_entry_comes_back_as_written_and_goes_with_its_account, an_external_id_is_taken_once,
        accounts_are_listed_with_their_entries_oldest_first, groups_have_identifiers_when_they_are_given_some,
        a_name_and_an_external_id_mean_one_group,
        what_a_client_sees_moves_the_moment_and_nothing_else_does;
    rotation:
        both_secrets_are_found_with_their_standing, ending_the_old_secret_ends_the_overlap,
        without_an_overlap_no_old_secret_works, slow_secrets_may_share_a_locator,
        a_replaced_verifier_is_found_by_its_new_locator;
    idempotency:
        a_request_is_kept_answered_and_forgotten;
    live_sessions:
        come_back_as_reported, a_second_report_writes_the_octets, lists_are_filtered_newest_first,
        of_a_silent_server_are_not_listed_and_go_with_it, one_that_is_asked_to_end_is_listed_no_more,
        many_are_written_and_removed_at_once, are_listed_page_by_page_while_they_come_and_go;
    methods:
        comes_back_as_written, lists_know_how_many_there_are, a_step_is_accepted_once, of_many_at_once_one_step_is_accepted,
        recovery_codes_are_replaced_and_used_once, of_many_at_once_one_recovery_code_is_used,
        a_passkey_is_registered_once, a_counter_only_grows, of_many_at_once_one_counter_is_accepted;
    locked_out:
        those_without_another_method_are_counted_and_named, groups_may_decide_otherwise, of_many_the_first_are_named;
    ceremonies:
        is_taken_once_and_by_its_own_browser, of_many_at_once_one_takes_it, what_is_not_stored_is_used_up_once;
    sent_codes:
        is_used_once_and_the_newest_counts, has_as_many_tries_as_are_given, of_many_at_once_one_uses_it;
    remembered_browsers:
        are_found_by_their_token_and_forgotten;
    outside_identities:
        come_back_as_written_by_their_key, one_opens_one_account, a_request_is_taken_once_by_its_own_browser,
        of_many_at_once_one_takes_a_request, a_logout_token_is_spent_once_until_it_is_over;
    portal_sessions:
        is_found_by_its_token_which_may_change, is_ended_alone_by_account_or_by_age,
        are_found_by_who_vouched_for_them;
    sign_in_events:
        come_back_as_written, lists_are_filtered, lists_are_paged, the_newest_is_found_by_its_reference,
        are_found_by_their_seal_in_the_order_of_ids;
    notices:
        come_back_as_written_to_each_who_was_told, one_at_a_time_delivers_to_an_address,
        an_attempt_that_is_overdue_is_made_again_and_settled_once, old_ones_go_and_no_place_is_used_again,
        the_active_global_administrators_are_listed, a_network_is_new_once_and_forgotten, one_may_concern_no_account;
    expiries:
        are_told_once_while_they_are_ahead, an_idle_end_moves_with_each_use, tokens_and_client_secrets_are_told_too,
        those_of_who_cannot_sign_in_fill_no_page;
    notification_addresses:
        are_confirmed_once_and_deleted, an_account_has_an_address_once;
    shipping:
        one_at_a_time_ships_to_a_destination, trouble_is_kept_until_something_arrives;
    inventory:
        lists_are_led_by_what_is_asked_for, a_row_has_its_owner_and_the_tries_after_its_end,
        a_use_takes_it_from_the_lists, counts_are_those_of_the_lists, what_ends_unused_is_about_to_end_too,
        what_no_network_limits_is_too_wide,
        those_of_many_accounts_are_counted_and_revoked_at_once;
    other_credentials:
        each_kind_is_listed_for_what_is_wrong_with_it, a_list_is_narrowed_by_owner_name_and_door,
        a_row_has_all_that_is_known, account_passwords_are_listed_as_their_programs_are, a_use_of_a_consent_takes_it_from_the_lists;
    tallies:
        sign_ins_add_up_by_hour_and_by_day, attempts_after_the_end_add_up_and_the_latest_is_kept;
    audit_log:
        the_chain_goes_on_and_its_head_matches, what_was_rolled_back_is_no_part_of_the_chain, lists_are_filtered;
    settings:
        are_stored_one_by_one, one_that_is_removed_has_its_default,
        those_of_groups_stand_beside_the_organizations, the_setup_link_is_good_once, keys_are_remembered_by_their_version;
    upstream_credentials:
        a_consent_comes_back_as_written, consents_are_listed_page_by_page_while_they_come_and_go,
        consents_to_renew_are_found_past_those_that_cannot_be, one_at_a_time_may_refresh, a_request_is_taken_once_by_its_own_session,
        a_mailbox_password_is_replaced;
    transactions:
        one_that_is_dropped_leaves_nothing, a_snapshot_stays_as_it_is, writers_follow_one_another,
        one_that_failed_cannot_be_committed, a_commit_is_seen_by_the_next_read_of_another_node;
    changes:
        are_published_once_and_in_order, reach_another_node, of_a_dropped_transaction_are_not_published;
};

/// Tests every fact, each on a database that `make` makes, one after the other.
///
/// # Panics
/// When a fact does not hold; the message names every such fact.
pub async fn run<D: Database + 'static>(make: impl AsyncFn() -> D) {
    let mut failed = Vec::new();
    for fact in FACTS {
        // A task of its own, so that one that panics does not hide the others.
        match tokio::spawn((fact.test)(Arc::new(make().await))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => failed.push(format!("{}: {error}", fact.name)),
            Err(panic) => failed.push(format!("{}: {panic}", fact.name)),
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} facts do not hold:\n{}",
        failed.len(),
        FACTS.len(),
        failed.join("\n")
    );
}
