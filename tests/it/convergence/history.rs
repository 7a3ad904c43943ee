//! One random step of a repository's history.

use crate::support::Repo;
use rand::RngExt;
use rand::rngs::SmallRng;

/// Few paths, so that the same ones are hit again and again; some clash by name, some are none of ours.
const PATHS: [&str; 14] = [
    ".cursor/rules/first.mdc",
    ".cursor/rules/style.mdc",
    ".cursor/rules/deep/RULE.md",
    ".cursor/rules/notes.txt",
    ".cursor/agents/one.md",
    ".cursor/agents/more/two.md",
    ".cursor/commands/ship.md",
    ".cursor/skills/land/SKILL.md",
    ".cursor/skills/land/run.py",
    "pkg/.cursor/rules/style.mdc",
    "pkg/.cursor/agents/one.md",
    ".claude/agents/one.md",
    "prompts/ship.md",
    "src/main.rs",
];

const TEXTS: [&str; 9] = [
    "---\ndescription: refers\nskills: [land]\n---\nAsk the `same` agent, then `/ship`; see [it](mdc:.cursor/rules/style.mdc).",
    "See `one` and `two`, `style`, and .cursor/skills/land/run.py.",
    "Plain.",
    "---\ndescription: good\n---\nGood.",
    "---\nname: same\ndescription: claims a name\n---\nText.",
    "---\nname: land\ndescription: a skill\n---\nText.",
    "---\ndescription: never closed\nBroken.",
    "---\nname: Not Kebab\n---\nBroken name.",
    "---\nglobs: **/*.ts\n---\nBare globs.",
];

const SETTINGS: &str = ".cursor/dotcursor.yaml";
const BROKEN_SETTINGS: &str = "prefix: Not Kebab\n";
const SAID: [&str; 7] = [
    "prefix: web\n",
    "exclude: [\"pkg/**\", .cursor/rules/mass/]\nchecks: unknown\n",
    "folders: [.claude/agents]\nconflicts: github\n",
    "include:\n  commands: prompts/*.md\n",
    "prefix: app\nfolders: .claude/agents\ninclude: {rules: \"prompts/**\"}\nexclude: .cursor/agents/\n",
    "# nothing\n",
    BROKEN_SETTINGS,
];

/// Changes some files, what the owner says of them, or moves the branch; always ends in a commit at HEAD.
pub fn step(repo: &Repo, random: &mut SmallRng) {
    match random.random_range(0..14) {
        12 | 13 => say(repo, random),
        0 => rewind(repo, random),
        1 => merge(repo, random),
        2 => repo.git(&["commit", "--quiet", "--allow-empty", "--message", "Nothing"]).clear(),
        3 => link(repo),
        4 => rename(repo, random),
        5 => {
            for number in 0..30 {
                write(repo, &format!(".cursor/rules/mass/m{number}.mdc"), random);
            }
            repo.commit_all();
        }
        _ => {
            for _ in 0..random.random_range(1..4) {
                change(repo, random);
            }
            repo.commit_all();
        }
    }
}

/// The owner says something else, or nothing any more.
fn say(repo: &Repo, random: &mut SmallRng) {
    if repo.path().join(SETTINGS).is_file() && random.random_bool(0.3) {
        repo.remove(SETTINGS);
    } else {
        repo.write(SETTINGS, SAID[random.random_range(0..SAID.len())]);
    }
    repo.commit_all();
}

/// Behind broken settings stand the last good ones, of which a clean import knows nothing.
pub fn mend_settings(repo: &Repo) {
    let said = std::fs::read_to_string(repo.path().join(SETTINGS)).unwrap_or_default();
    if said == BROKEN_SETTINGS {
        repo.commit(&[(SETTINGS, SAID[0])]);
    }
}

fn text(random: &mut SmallRng) -> String {
    format!("{}\n{}", TEXTS[random.random_range(0..TEXTS.len())], random.random_range(0..3))
}

/// Writes or deletes one file.
fn change(repo: &Repo, random: &mut SmallRng) {
    let path = PATHS[random.random_range(0..PATHS.len())];
    if repo.path().join(path).is_file() && random.random_bool(0.3) {
        repo.remove(path);
    } else {
        write(repo, path, random);
    }
}

/// In place of whatever stands in the way: a link or a file where a folder is to be.
fn write(repo: &Repo, path: &str, random: &mut SmallRng) {
    for (end, _) in path.match_indices('/') {
        let folder = repo.path().join(&path[..end]);
        if folder.is_symlink() || folder.is_file() {
            repo.remove(&path[..end]);
        }
    }
    repo.write(path, text(random));
}

/// `.cursor/rules` becomes a symlink, and a folder again at the next change.
fn link(repo: &Repo) {
    let rules = repo.path().join(".cursor/rules");
    if rules.is_dir() && !rules.is_symlink() {
        repo.remove(".cursor/rules");
        repo.symlink(".cursor/rules", "../elsewhere");
    }
    repo.commit_all();
}

fn rename(repo: &Repo, random: &mut SmallRng) {
    let from = repo.path().join(".cursor/agents/one.md");
    if from.exists() {
        repo.git(&[
            "mv",
            "-f",
            ".cursor/agents/one.md",
            &format!(".cursor/agents/moved-{}.md", random.random_range(0..2)),
        ]);
    }
    repo.commit_all();
}

/// The branch goes back, as after a force push; sometimes with another commit on top.
fn rewind(repo: &Repo, random: &mut SmallRng) {
    let commits = repo.git(&["rev-list", "--first-parent", "HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    let back = random.random_range(0..commits.len().min(4));
    repo.reset(commits[back]);
    if random.random_bool(0.5) {
        change(repo, random);
        repo.commit_all();
    }
}

fn merge(repo: &Repo, random: &mut SmallRng) {
    repo.git(&["checkout", "--quiet", "-B", "side"]);
    change(repo, random);
    repo.commit_all();
    repo.git(&["checkout", "--quiet", "main"]);
    change(repo, random);
    repo.commit_all();
    let arguments =
        ["merge", "--quiet", "--no-edit", "--strategy-option", "ours", "--allow-unrelated-histories", "side"];
    if !repo.try_git(&arguments).status.success() {
        // Renamed on one side and deleted on the other, and the like: whatever lies there is the resolution.
        repo.commit_all();
    }
}
