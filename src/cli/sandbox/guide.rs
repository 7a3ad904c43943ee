//! What the sandbox prints: where everything is, and what to try.

use super::sheet::{FILE, Sheet, SheetRepository};
use crate::cli::output::table;
use std::path::Path;

pub(super) fn text(sheet: &Sheet, data_dir: &Path) -> String {
    let Sheet { url, github_url, admin_token, .. } = sheet;
    let mut text = format!(
        "dotcursor is at work in its sandbox. Ctrl-C ends it; the same command goes on where it was.

  API      {url}/api
  GitHub   {github_url} (a stand-in over the repositories below)
  Token    {admin_token}
  File     {} (the same for scripts)

{}
",
        data_dir.join(FILE).display(),
        indented(&repositories(&sheet.repositories)),
    );
    if let Some(first) = sheet.repositories.first() {
        text.push_str(&to_try(sheet, first));
    }
    text
}

fn repositories(rows: &[SheetRepository]) -> String {
    let heading = ["REPOSITORY", "BRANCH", "WORKSPACE", "PATH"].map(str::to_owned);
    let row = |it: &SheetRepository| {
        [it.full_name.clone(), it.branch.clone(), it.workspace_id.clone(), it.path.display().to_string()]
    };
    table(&std::iter::once(heading).chain(rows.iter().map(row)).collect::<Vec<_>>())
}

fn to_try(sheet: &Sheet, repository: &SheetRepository) -> String {
    let Sheet { url, admin_token, .. } = sheet;
    let SheetRepository { path, workspace_id, branch, .. } = repository;
    let path = quoted(&path.display().to_string());
    format!(
        "
Try, in another terminal:

  export URL={url} TOKEN={admin_token} WORKSPACE={workspace_id}
  curl -s -H \"Authorization: Bearer $TOKEN\" \"$URL/api/workspaces/$WORKSPACE/sync/status\"
  curl -s -H \"Authorization: Bearer $TOKEN\" \"$URL/api/workspaces/$WORKSPACE/rules\"

All that can be asked, with an example of each: {url}/docs

Commit a rule to {branch} and read it a moment later:

  cd {path}
  mkdir -p .cursor/rules
  printf '%s\\n' '---' 'description: Functions stay short' 'alwaysApply: true' '---' 'Split what is long.' > .cursor/rules/short.mdc
  git add .cursor && git commit -m 'Keep functions short'
  sleep 1
  curl -s -H \"Authorization: Bearer $TOKEN\" \"$URL/api/workspaces/$WORKSPACE/rules/short\"
"
    )
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// For a shell.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.".contains(c));
    if plain { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_everything_is_and_what_to_try() {
        let row = SheetRepository {
            id: 1,
            full_name: "local/my-sample".into(),
            path: "/data/my sample".into(),
            branch: "main".into(),
            workspace_id: "0193".into(),
        };
        let sheet = Sheet {
            url: "http://127.0.0.1:3000".into(),
            github_url: "http://127.0.0.1:4000".into(),
            admin_token: "secret".into(),
            webhook_secret: "another".into(),
            repositories: vec![row],
        };
        insta::assert_snapshot!(text(&sheet, Path::new("./data")));
    }

    #[test]
    fn paths_are_quoted_for_a_shell() {
        assert_eq!(quoted("/a/b-c_d.e"), "/a/b-c_d.e");
        assert_eq!(quoted("/it's"), r"'/it'\''s'");
    }
}
