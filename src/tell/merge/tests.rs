use super::*;
use crate::model::{BlobSha, FileMode, ReferenceKind};
use crate::parse;
use crate::plan::{Coverage, TreeEntry};
use crate::settings::Layout;

const LAND: &str = ".cursor/skills/land/SKILL.md";
const ELSE: &str = "web/.cursor/skills/else/SKILL.md";
const ASKS: &str = ".cursor/agents/asks.md";
const GOOD: &str = "---\nname: land\ndescription: Lands a change.\n---\nText.";
const BROKEN: &str = "---\nname: land\nnever closed";
const OURS: RepositoryId = RepositoryId::new(1);

fn survey(files: &[(&str, &str)]) -> Survey {
    let entries = files.iter().map(|(path, text)| TreeEntry {
        path: (*path).to_owned(),
        mode: FileMode::File,
        sha: BlobSha::of_bytes(text.as_bytes()),
        size: Some(text.len() as u64),
    });
    Survey::of(entries, Coverage::Whole, &Layout::default())
}

fn read(path: &str, text: &str) -> (Location, Parsed) {
    let location = Location::of(path).unwrap();
    let parsed = parse::parse(&location, text.as_bytes(), &[]);
    (location, parsed)
}

fn skill(path: &str, name: &str, called: Called) -> Standing {
    let (name, path, id) = (name.to_owned(), path.to_owned(), DefinitionId::from_text(path));
    Standing { node: Node { kind: Kind::Skill, name, path, repository: Some(OURS), id, called }, said: vec![] }
}

/// An agent that the pull request leaves alone.
fn asks(target: &str) -> Standing {
    let (target_kind, target) = (Some(Kind::Skill), target.to_owned());
    let said = vec![Reference { kind: ReferenceKind::Explicit, target_kind, target, line: 3 }];
    let (path, id) = (ASKS.to_owned(), DefinitionId::from_text(ASKS));
    let called = Called::ByName;
    Standing { node: Node { kind: Kind::Agent, name: "asks".into(), path, repository: Some(OURS), id, called }, said }
}

/// Path and code of each finding.
fn told(
    files: (&[(&str, &str)], &[(&str, &str)]),
    read: Vec<(Location, Parsed)>,
    standing: Vec<Standing>,
) -> Vec<String> {
    let (base, head) = (survey(files.0), survey(files.1));
    let merge = Merge { repository: OURS, base: &base, head: &head, read, standing };
    let (_, findings) = what_merges(&merge);
    findings.into_iter().map(|one| format!("{} {}", one.path, one.diagnostic.code)).collect()
}

#[test]
fn what_breaks_is_found_by_its_file_alone() {
    let other = GOOD.replace("name: land", "name: bring-home");
    let files: (&[_], &[_]) = (&[(LAND, &*other)], &[(LAND, BROKEN)]);
    let findings = |target: &str| {
        let standing = vec![skill(LAND, "bring-home", Called::ByName), asks(target)];
        let mut told = told(files, vec![read(LAND, BROKEN)], standing);
        told.retain(|one| one.starts_with(ASKS));
        told
    };
    assert_eq!(findings("land"), Vec::<String>::new());
    assert_eq!(findings("bring-home"), [format!("{ASKS} reference-missing")]);
}

#[test]
fn a_broken_file_claims_no_name() {
    let files: (&[_], &[_]) = (&[(LAND, BROKEN)], &[(LAND, BROKEN), (ELSE, GOOD)]);
    let standing = vec![skill(LAND, "land", Called::ByFile("land".into())), asks("land")];
    let findings = told(files, vec![read(ELSE, GOOD)], standing);
    assert!(!findings.iter().any(|one| one.contains("name-conflict")), "{findings:?}");
    // Two good ones do.
    let files: (&[_], &[_]) = (&[(LAND, GOOD)], &[(LAND, GOOD), (ELSE, GOOD)]);
    let findings = told(files, vec![read(ELSE, GOOD)], vec![skill(LAND, "land", Called::ByName)]);
    assert!(findings.contains(&format!("{ELSE} name-conflict")), "{findings:?}");
}

/// The lines are those of an older text, which nobody sees.
#[test]
fn nothing_is_said_of_what_stands_behind_a_broken_file() {
    let files: (&[_], &[_]) = (&[(LAND, BROKEN), (ELSE, GOOD)], &[(LAND, BROKEN)]);
    let land = Standing { said: asks("else").said, ..skill(LAND, "land", Called::ByFile("land".into())) };
    assert_eq!(told(files, vec![], vec![land, skill(ELSE, "else", Called::ByName)]), Vec::<String>::new());
}

#[test]
fn what_could_not_be_read_is_there() {
    let changed = format!("{GOOD} More.");
    let files: (&[_], &[_]) = (&[(LAND, GOOD)], &[(LAND, &*changed), (ELSE, GOOD)]);
    for (name, target) in [("bring-home", "bring-home"), ("land", "else")] {
        // What it said before it may say no more.
        let land = Standing { said: asks("gone").said, ..skill(LAND, name, Called::ByName) };
        let standing = vec![land, asks(target)];
        assert_eq!(told(files, vec![], standing), Vec::<String>::new());
    }
}
