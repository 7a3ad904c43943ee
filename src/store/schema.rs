//! The tables as diesel sees them, one description for PostgreSQL and SQLite. `migrations/` makes them.

diesel::table! {
    workspaces (id) {
        id -> Text,
        name -> Text,
        /// Counts up in every commit that changes what can be seen in the workspace.
        revision -> BigInt,
        /// Counts the workspace's events.
        last_event -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        /// ask, github or local: which side settles conflicts of edits by itself.
        prefers -> Text,
    }
}

diesel::table! {
    installations (id) {
        id -> BigInt,
        account -> Text,
        /// active, suspended or removed
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        /// When it is next held against what GitHub lists; null: now.
        reconcile_at -> Nullable<Timestamp>,
        reconciled_at -> Nullable<Timestamp>,
        /// What its owner grants the App: names and levels, as GitHub listed them last.
        permissions -> Nullable<Text>,
    }
}

diesel::table! {
    repositories (id) {
        id -> BigInt,
        installation_id -> BigInt,
        workspace_id -> Text,
        full_name -> Text,
        private -> Bool,
        /// The owner's choice; null follows the default branch.
        tracked_branch -> Nullable<Text>,
        default_branch -> Nullable<Text>,
        /// active, suspended or removed
        state -> Text,
        removed_at -> Nullable<Timestamp>,
        /// The branch and commit of the last comparison; null owes a new one.
        branch -> Nullable<Text>,
        head -> Nullable<Text>,
        /// The commit of the last whole comparison.
        whole_head -> Nullable<Text>,
        /// The commit at which no file was left to be read.
        synced_head -> Nullable<Text>,
        /// How much of `wants.wanted` and `wants.wanted_whole` is paid.
        compared -> BigInt,
        compared_whole -> BigInt,
        run_number -> BigInt,
        /// Version of the reader that its definitions were made by.
        reader -> Integer,
        /// What is in force by its owner's settings, and by the organisation's; null where nothing is said.
        settings -> Nullable<Jsonb>,
        /// What its own file said when it was good last.
        own_settings -> Nullable<Jsonb>,
        /// The file as it was seen last.
        settings_blob -> Nullable<Text>,
        /// What is to be said of it.
        settings_problems -> Nullable<Jsonb>,
        /// What of `.cursor` is no definition: counts by reason and a few paths.
        ignored -> Jsonb,
        archived -> Bool,
        synced_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    /// What a repository is owed. A row of its own: no planner's lock on `repositories` ever delays a 202.
    wants (repository_id) {
        repository_id -> BigInt,
        wanted -> BigInt,
        /// The value of `wanted` for which a comparison of the whole tree is needed.
        wanted_whole -> BigInt,
        /// The value of `wanted` that the last push made.
        wanted_push -> BigInt,
        /// The value of `wanted` that the planner at it has read; 0 if none is at it.
        taken -> BigInt,
        /// Not planned before this time, for the reason beside it.
        not_before -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
        attempts -> Integer,
        /// A planner is at it until then; only spares calls, is never relied on.
        leased_until -> Nullable<Timestamp>,
        /// When a comparison is owed on account of a task that was given up.
        repair_at -> Nullable<Timestamp>,
        repair_attempts -> Integer,
        /// A person asked for it.
        urgent -> Bool,
        /// The next look of the schedule.
        look_at -> Timestamp,
        /// Where untouched pushes have moved the head since the last comparison; for display only.
        announced_head -> Nullable<Text>,
    }
}

diesel::table! {
    /// `.cursor` folders that pushes named, with the value of `wanted` that their push made.
    wanted_folders (repository_id, folder) {
        repository_id -> BigInt,
        folder -> Text,
        wanted -> BigInt,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        event -> Text,
        action -> Nullable<Text>,
        installation_id -> Nullable<BigInt>,
        repository_id -> Nullable<BigInt>,
        git_ref -> Nullable<Text>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        /// What it led to: see `receive::outcome`.
        outcome -> Text,
        received_at -> Timestamp,
        /// How often this id came.
        times -> Integer,
        last_received_at -> Timestamp,
    }
}

diesel::table! {
    sync_runs (id) {
        id -> Text,
        workspace_id -> Text,
        /// Null for a job over what is stored.
        repository_id -> Nullable<BigInt>,
        job_type -> Text,
        /// push, request, import, schedule or repair
        reason -> Text,
        priority -> Integer,
        /// Null until a plan takes the run up.
        number -> Nullable<BigInt>,
        /// The value of `wanted` that a requested run waits for.
        wanted -> BigInt,
        commit_sha -> Nullable<Text>,
        branch -> Nullable<Text>,
        delivery_id -> Nullable<Text>,
        status -> Text,
        total_files -> Integer,
        parsed_files -> Integer,
        failed_files -> Integer,
        current_file -> Nullable<Text>,
        errors -> Jsonb,
        superseded_by -> Nullable<Text>,
        created_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        /// What a job is about, if not the whole workspace.
        kind -> Nullable<Text>,
        definition_id -> Nullable<Text>,
        /// Who works on a job says until then that it lives.
        leased_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// The open tasks, one a file; a task that is done has no row.
    sync_queue (id) {
        id -> Text,
        repository_id -> BigInt,
        path -> Text,
        run_id -> Text,
        run_number -> BigInt,
        source_type -> Text,
        blob -> Text,
        size -> BigInt,
        /// The files beside a `SKILL.md`.
        support -> Jsonb,
        /// What the definition's row will hold as `seen` once this is stored.
        seen -> Text,
        commit_sha -> Text,
        branch -> Text,
        delivery_id -> Nullable<Text>,
        /// 0 for what a person asked, 1 for bulk
        priority -> Integer,
        /// pending or failed
        status -> Text,
        attempts -> Integer,
        not_before -> Nullable<Timestamp>,
        published_at -> Nullable<Timestamp>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Definitions that came, changed, moved or went since links were last settled.
    unsettled_links (definition_id) {
        definition_id -> Text,
        workspace_id -> Text,
    }
}

diesel::table! {
    definitions (id) {
        id -> Text,
        workspace_id -> Text,
        repository_id -> Nullable<BigInt>,
        kind -> Text,
        name -> Text,
        scope -> Text,
        title -> Nullable<Text>,
        description -> Nullable<Text>,
        source -> Text,
        path -> Nullable<Text>,
        /// How deep `path` lies: of two that claim a name the shallower wins.
        depth -> Integer,
        branch -> Nullable<Text>,
        /// The commit and blob that `content` is of: the last good ones.
        commit_sha -> Nullable<Text>,
        good_blob -> Nullable<Text>,
        /// The blob last seen in git, also if it was broken.
        blob -> Nullable<Text>,
        /// Digest of all that the row was made from: blob, mode, support files, reader; and behind it where the definition stands,
        /// as far as the path does not tell.
        seen -> Nullable<Text>,
        content -> Text,
        frontmatter -> Jsonb,
        attributes -> Jsonb,
        version -> Integer,
        status -> Text,
        error -> Nullable<Text>,
        /// Null, or who won the name.
        conflict -> Nullable<Jsonb>,
        /// A newer text is on its way.
        pending -> Bool,
        diagnostics -> Jsonb,
        file_size -> BigInt,
        line_count -> Integer,
        /// Not in the tree of the newest plan: becomes a tombstone at the end of the run, unless the file turns out to have moved.
        gone -> Bool,
        synced_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// What was done over the API to a definition that comes from GitHub.
    edits (definition_id) {
        definition_id -> Text,
        /// Not shown until git changes the file.
        hidden -> Bool,
        /// The blob that git had when the text was changed here; null where git had no such file.
        base_blob -> Nullable<Text>,
        /// Git's own text, the last good one.
        git_content -> Nullable<Text>,
    }
}

diesel::table! {
    definition_versions (definition_id, version) {
        definition_id -> Text,
        version -> Integer,
        content -> Text,
        frontmatter -> Jsonb,
        path -> Nullable<Text>,
        commit_sha -> Nullable<Text>,
        blob -> Nullable<Text>,
        changed_at -> Timestamp,
        /// `github_sync`, or who
        changed_by -> Text,
    }
}

diesel::table! {
    definition_references (definition_id, position) {
        definition_id -> Text,
        position -> Integer,
        workspace_id -> Text,
        reference_kind -> Text,
        target_kind -> Nullable<Text>,
        target -> Text,
        line -> Integer,
        resolved_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Bytes between GitHub and the parse stage; kept while a task refers to them.
    blobs (repository_id, sha) {
        repository_id -> BigInt,
        sha -> Text,
        bytes -> Binary,
        fetched_at -> Timestamp,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Text,
        name -> Text,
        /// SHA-256 of the token, in hexadecimal.
        hash -> Text,
        /// Null for an administrator's.
        workspace_id -> Nullable<Text>,
        /// admin, write or read
        role -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// What was done, when and by whom.
    audit (id) {
        id -> Text,
        at -> Timestamp,
        /// As `model::Actor` writes it.
        actor -> Text,
        /// Null for what concerns no workspace.
        workspace_id -> Nullable<Text>,
        action -> Text,
        target -> Text,
        details -> Jsonb,
    }
}

diesel::table! {
    /// Who signed in with GitHub.
    sessions (id) {
        id -> Text,
        /// SHA-256 of the cookie, in hexadecimal.
        hash -> Text,
        user_id -> BigInt,
        login -> Text,
        /// The user's token at GitHub, sealed with a key that only the cookie holds.
        sealed_token -> Binary,
        /// The repositories that the user could reach when GitHub was asked.
        reach -> Jsonb,
        created_at -> Timestamp,
        checked_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    /// What repositories were called before, in small letters.
    former_names (full_name) {
        full_name -> Text,
        repository_id -> BigInt,
    }
}

diesel::table! {
    /// What streams tell, by workspace and number.
    events (workspace_id, number) {
        workspace_id -> Text,
        number -> BigInt,
        /// `store::events::Event`
        data -> Jsonb,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Requests that carry a key of their sender's, and what they were answered.
    idempotency_keys (bearer, key) {
        bearer -> Text,
        key -> Text,
        /// Digest of all that the request asks for.
        request -> Text,
        /// Which of several tries holds the key.
        attempt -> Text,
        /// While the request is being answered; null afterwards.
        leased_until -> Nullable<Timestamp>,
        status -> Nullable<Integer>,
        headers -> Nullable<Jsonb>,
        body -> Nullable<Binary>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    dead_letters (id) {
        /// Digest of all the rest: a message that is taken out of the queue twice is kept once.
        id -> Text,
        lane -> Nullable<Text>,
        /// unreadable, or returned-too-often
        cause -> Text,
        /// Its beginning, if it is long.
        body -> Binary,
        size -> BigInt,
        died_at -> Timestamp,
        retried_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Check runs on commits: what GitHub is owed, and what it was given.
    checks (id) {
        id -> Text,
        repository_id -> BigInt,
        head_sha -> Text,
        /// Null for the head of the tracked branch.
        pull_number -> Nullable<BigInt>,
        base_sha -> Nullable<Text>,
        base_ref -> Nullable<Text>,
        /// owed, shown or dropped
        status -> Text,
        /// Why it waits, or was dropped.
        reason -> Nullable<Text>,
        not_before -> Nullable<Timestamp>,
        attempts -> Integer,
        /// Told once this much of `wants.wanted` is paid: who asks again is not answered by an older comparison.
        after_wanted -> BigInt,
        /// Somebody asked for it: told also if there is no news.
        asked_again -> Bool,
        /// Counts up whenever it is owed anew.
        revision -> Integer,
        /// Counts the check runs that this one has had on GitHub: annotations are never taken back, so that other ones need another
        /// run.
        generation -> Integer,
        /// GitHub's number.
        run_id -> Nullable<BigInt>,
        /// GitHub may hold more than is written down here: it is asked before anything is written there.
        unsure -> Bool,
        /// Digest of the annotations that GitHub has in full.
        annotated -> Nullable<Text>,
        /// What is being told.
        report -> Nullable<Jsonb>,
        /// The newer head of the same pull request.
        superseded_by -> Nullable<Text>,
        owed_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    /// Writing of check runs, by installation.
    check_accounts (installation_id) {
        installation_id -> BigInt,
        /// Somebody writes for this installation: GitHub wants one request after another.
        leased_until -> Nullable<Timestamp>,
        /// When all that was written by now will be forgotten by GitHub's limits.
        spent_until -> Nullable<Timestamp>,
        blocked_until -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// What the last check run said of a definition.
    told_definitions (definition_id, told_by) {
        definition_id -> Text,
        /// Empty, or the check that is about to say it.
        told_by -> Text,
        repository_id -> BigInt,
        path -> Nullable<Text>,
        blob -> Nullable<Text>,
        /// Null where the check says that it is gone.
        seen -> Nullable<Text>,
        reader -> Integer,
    }
}

diesel::table! {
    /// What is known of the calls that an installation has left.
    quotas (installation_id) {
        installation_id -> BigInt,
        core_hourly -> Nullable<BigInt>,
        core_remaining -> Nullable<BigInt>,
        core_resets_at -> Nullable<Timestamp>,
        graphql_hourly -> Nullable<BigInt>,
        graphql_remaining -> Nullable<BigInt>,
        graphql_resets_at -> Nullable<Timestamp>,
        /// Nothing at all is asked before this time.
        blocked_until -> Nullable<Timestamp>,
        /// The minute to which the points belong.
        minute -> Timestamp,
        core_points -> BigInt,
        graphql_points -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    /// What one process does at a time.
    duties (name) {
        name -> Text,
        due_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        /// How often it failed since it last went well.
        attempts -> Integer,
        /// What GitHub listed up to this time is dealt with.
        seen_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Webhooks that GitHub lists and that never came.
    missed_deliveries (id) {
        id -> Text,
        /// GitHub's number of the attempt that is repeated.
        attempt_id -> BigInt,
        event -> Text,
        action -> Nullable<Text>,
        installation_id -> Nullable<BigInt>,
        repository_id -> Nullable<BigInt>,
        /// GitHub's word for what became of it.
        status -> Text,
        delivered_at -> Timestamp,
        /// What was done about it: `model::Remedy`, or arrived, or given-up.
        outcome -> Text,
        attempts -> Integer,
        /// Not asked for again before this time.
        not_before -> Timestamp,
        found_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    quotas,
    duties,
    missed_deliveries,
    checks,
    check_accounts,
    told_definitions,
    workspaces,
    installations,
    repositories,
    wants,
    wanted_folders,
    deliveries,
    sync_runs,
    sync_queue,
    definitions,
    definition_versions,
    definition_references,
    edits,
    unsettled_links,
    blobs,
    api_tokens,
    events,
    dead_letters,
    idempotency_keys,
);
