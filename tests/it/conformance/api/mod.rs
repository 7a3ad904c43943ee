//! What the HTTP API promises, on SQLite and on PostgreSQL: what it shows, what it refuses, and to whom.

/// Compares with an inline snapshot, which insta would else allow once a process: here it is the same on both databases.
macro_rules! assert_shown {
    ($shown:expr, @$snapshot:literal) => {{
        let shown = $shown;
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @$snapshot) };
    }};
}

mod access;
mod agreement;
mod audit;
mod bulk;
mod catalog;
mod conditional;
mod deliveries;
mod document;
mod edits;
mod health;
mod idempotency;
mod linking;
mod listing;
mod paging;
mod queries;
mod refusals;
mod registry;
mod runs;
mod search;
mod status;
mod tokens;
mod versions;
mod workspaces;

/// Each expectation, a function of a database, becomes a test on either.
macro_rules! on_both_databases {
    ($($subject:ident::$expectation:ident,)+) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $expectation() {
                    super::$subject::$expectation(crate::support::Database::sqlite()).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $expectation() {
                    super::$subject::$expectation(crate::support::Database::postgres().await).await;
                }
            )+
        }
    };
}

on_both_databases! {
    access::every_route_asks_who_it_is,
    access::who_is_not_known_is_told_nothing_else,
    audit::what_was_done_is_listed,
    audit::what_was_asked_for_is_noted,
    bulk::each_item_has_an_outcome_of_its_own,
    bulk::all_or_nothing,
    bulk::an_update_needs_the_version_that_was_seen,
    bulk::a_thousand_items_are_taken_and_no_more,
    bulk::a_bulk_request_is_done_once,
    bulk::what_cannot_be_read_is_named,
    bulk::an_item_is_judged_as_a_request_of_its_own_would_be,
    catalog::a_definition_is_shown_with_its_text,
    catalog::a_list_leaves_the_text_out,
    catalog::a_name_reaches_the_winner_and_an_id_any,
    catalog::a_name_that_is_an_id_hides_nothing,
    linking::a_repository_is_linked_found_and_unlinked,
    linking::a_workspace_is_made_renamed_and_deleted_when_it_was_asked_twice,
    tokens::a_token_is_made_shown_once_and_revoked,
    tokens::a_token_ends_in_a_year_of_four_digits,
    tokens::whoever_administers_a_workspace_makes_tokens_of_that_one_only,
    tokens::a_session_that_reaches_only_a_part_of_a_workspace_does_not_see_it,
    conditional::what_stands_is_not_sent_again,
    versions::versions_come_newest_first,
    versions::two_versions_are_compared,
    catalog::a_deleted_definition_leaves_its_history,
    catalog::a_file_that_is_about_to_go_is_still_served,
    catalog::filters_choose_by_source_and_status,
    workspaces::workspaces_tell_their_repositories,
    edits::a_definition_is_made_read_changed_and_deleted,
    edits::what_is_wrong_with_a_new_definition_is_named,
    edits::a_broken_text_is_refused_with_what_the_reader_found,
    edits::a_change_says_what_was_read,
    edits::an_edit_shows_what_git_says,
    edits::a_conflict_is_shown_and_settled,
    edits::a_version_is_put_back,
    edits::every_write_is_noted_with_who_did_it,
    deliveries::the_inbox_is_newest_first_and_filtered,
    document::no_route_takes_a_parameter_that_it_does_not_know,
    document::every_route_is_in_the_document_and_no_other,
    health::the_process_says_how_it_is,
    paging::pages_cover_everything_once,
    queries::a_long_list_takes_as_many_queries_as_a_short_one,
    refusals::bad_values_are_all_named,
    refusals::what_is_not_there_is_told_in_json,
    refusals::hostile_ids_are_only_not_found,
    runs::a_sync_is_promised_once_while_it_waits,
    runs::a_run_is_shown_to_its_workspace_only,
    search::the_wildcards_of_sql_are_plain_characters,
    search::name_and_description_are_searched_without_regard_to_case,
    search::the_text_is_searched_by_the_page,
    idempotency::the_same_request_is_answered_again,
    idempotency::a_key_belongs_to_one_request,
    idempotency::what_was_refused_leaves_its_key_free,
    idempotency::a_key_is_held_while_its_request_is_under_way_and_not_for_ever,
    idempotency::an_answer_is_kept_for_a_day,
    idempotency::of_two_at_once_one_is_done,
    idempotency::who_may_not_write_any_more_is_not_answered_again,
    listing::a_repository_is_chosen_by_its_name_or_number,
    listing::a_scope_is_chosen,
    listing::what_changed_since_is_chosen,
    listing::what_is_gone_is_listed_apart,
    listing::lists_are_sorted_as_asked,
    listing::pages_of_equals_do_not_overlap,
    listing::a_list_shows_the_fields_that_are_named,
    listing::every_field_that_is_shown_can_be_named,
    status::all_is_synced,
    status::an_error_comes_before_a_conflict,
    status::a_conflict_comes_before_what_is_pending,
    status::what_is_on_its_way_is_pending,
    status::what_was_given_up_is_a_problem,
    status::a_debt_that_waits_says_why,
    status::a_kind_is_told_alone,
    tokens::a_token_is_kept_as_a_hash_and_its_use_is_noted,
}
