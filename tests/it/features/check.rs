//! `dotcursor check` as a person, a hook and a workflow call it.

use crate::support::Repo;
use std::process::{Command, Output};

fn check(repo: &Repo, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dotcursor"));
    command.arg("check").args(arguments).current_dir(repo.path()).env_clear();
    command.output().expect("it runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn broken() -> Repo {
    Repo::with(&[
        (".cursor/agents/a.md", "---\nname: Not Kebab\ndescription: An agent.\n---\nText."),
        (".cursor/rules/t.mdc", "---\nglobs: **/*.ts\n---\nText."),
    ])
}

#[test]
fn people_see_the_line_and_how_to_mend_it() {
    let output = check(&broken(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let text: Vec<String> = told(&output).lines().map(|line| line.trim_end().to_owned()).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    [name-not-kebab-case] Error: The name `Not Kebab` is not kebab-case: it holds `N`. The definition is named by its file.
       ╭─[ .cursor/agents/a.md:2:1 ]
       │
     2 │ name: Not Kebab
       │ ──┬──
       │   ╰──── here
       │
       │ Help: Use lower case letters, digits and hyphens only, for instance `not-kebab`.
    ───╯

    [not-yaml] Advice: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
       ╭─[ .cursor/rules/t.mdc:2:8 ]
       │
     2 │ globs: **/*.ts
       │        ───┬───
       │           ╰───── here
       │
       │ Help: Nothing to mend for Cursor, which wants it so; other tools may refuse the file.
    ───╯

    2 definitions checked: 1 error, 0 warnings, 1 notice
    ");
}

#[test]
fn the_exit_status_is_for_scripts() {
    let warned = Repo::with(&[(".cursor/agents/a.md", "---\nskills: [gone]\ndescription: An agent.\n---\nText.")]);
    assert_eq!(check(&warned, &[]).status.code(), Some(0));
    assert_eq!(check(&warned, &["--strict"]).status.code(), Some(1));
    assert_eq!(check(&warned, &["--format", "none"]).status.code(), Some(2));
    assert_eq!(check(&warned, &["no/such/path"]).status.code(), Some(1));
}

#[test]
fn machines_are_told_the_same() {
    let repo = broken();
    let json: serde_json::Value = serde_json::from_str(&told(&check(&repo, &["--format", "json"]))).expect("JSON");
    assert_eq!(json["files"][0]["diagnostics"][0]["code"], "name-not-kebab-case");
    assert_eq!(json["summary"]["errors"], 1);
    let sarif: serde_json::Value = serde_json::from_str(&told(&check(&repo, &["--format", "sarif"]))).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!((&result["level"], &place["region"]["startLine"]), (&"error".into(), &2.into()));
    assert_eq!(place["artifactLocation"]["uri"], ".cursor/agents/a.md");
    let github = told(&check(&repo, &["--format", "github"]));
    assert!(github.starts_with("::error file=.cursor/agents/a.md,line=2,col=1,"), "{github}");
}

/// The types are made from the schema of SARIF 2.1.0: what they do not know, or miss, is not SARIF.
#[test]
fn sarif_fits_its_schema() {
    let repo = Repo::with(&[
        (".cursor/agents/a b.md", "---\nname: Not Kebab\nskills: [gone]\n---\n"),
        (".cursor/agents/same.md", "---\nname: x\n---\nText."),
        (".cursor/agents/x.md", "---\nname: x\n---\nText."),
    ]);
    let told = told(&check(&repo, &["--format", "sarif"]));
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&told).expect("a log of SARIF");
    let again = serde_json::to_value(&log).expect("JSON");
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(&told).expect("JSON"));
    assert!(log.runs[0].results.as_ref().is_some_and(|results| results.len() > 3), "{told}");
}

#[test]
fn it_tells_which_rules_are_attached() {
    assert!(told(&check(&broken(), &["--applies-to", "src/a.ts"])).starts_with("t  auto-attached"));
    // Editors know others, which globs would not match.
    for path in ["/repo/src/a.ts", "../src/a.ts"] {
        let refused = check(&broken(), &["--applies-to", path]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("counted from the repository's root"));
    }
}
