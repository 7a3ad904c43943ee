//! A workspace of 100,000 rules with 3 KB of text each, written past the program.

use super::support::{Repo, Setup, TestApp};

pub const NUMBER: usize = 100_000;

const COLUMNS: &str = "id, workspace_id, kind, name, scope, description, source, path, depth, branch, commit_sha, blob, \
     good_blob, seen, content, frontmatter, attributes, version, status, pending, diagnostics, file_size, line_count, gone, \
     created_at, updated_at";

/// What a row says, where `n` is its number; `text`, `json` and `time` as the database writes them.
fn values(text: &str, json: (&str, &str), time: &str) -> String {
    let (before, behind) = json;
    let number = "substr('00000' || n, -6)";
    let number = if before.is_empty() { "lpad(n::text, 6, '0')" } else { number };
    format!(
        "'0000-' || {number}, workspace.id, 'rule', 'rule-' || {number}, '', 'What rule ' || n || ' is about', 'github', \
         '.cursor/rules/rule-' || {number} || '.mdc', 2, 'main', '0123456789012345678901234567890123456789', \
         '0123456789012345678901234567890123456789', '0123456789012345678901234567890123456789', '', {text}, \
         {before}'{{\"alwaysApply\": false}}'{behind}, \
         {before}'{{\"ruleType\": \"manual\", \"alwaysApply\": false, \"globPatterns\": []}}'{behind}, 1, 'synced', false, \
         {before}'[]'{behind}, 3000, 60, false, {time}, {time}"
    )
}

/// Returns the workspace.
pub async fn fill(app: &TestApp, setup: Setup) -> String {
    let repo = Repo::with(&[(".cursor/agents/reviewer.md", "Review.")]);
    let (_, workspace) = app.install(&repo, "octo/bench").await;
    let values = match setup {
        Setup::Embedded => values(
            "'Rule ' || n || ': ' || hex(randomblob(1500))",
            ("jsonb(", ")"),
            "strftime('%Y-%m-%d %H:%M:%f', 1700000000 + n, 'unixepoch')",
        ),
        Setup::Distributed => values(
            "'Rule ' || n || ': ' || (SELECT string_agg(md5(n || '.' || k), '') FROM generate_series(1, 94) k)",
            ("", "::jsonb"),
            "timestamp '2023-11-14' + n * interval '1 second'",
        ),
    };
    let last = NUMBER - 1;
    app.tamper(&format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) \
         INSERT INTO definitions ({COLUMNS}) SELECT {values} FROM numbers, (SELECT id FROM workspaces WHERE id = '{workspace}') \
         AS workspace"
    ))
    .await;
    // Once for all, as a database that lives would have done by itself.
    app.tamper(if setup == Setup::Embedded { "ANALYZE" } else { "VACUUM ANALYZE definitions" }).await;
    workspace
}
