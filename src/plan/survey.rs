//! A tree's entries become the list of our files: definitions with what lies beside them, and what is ignored and why.

pub use crate::github::TreeEntry;
use crate::model::location::{IgnoredBecause, touched_cursor_folder};
use crate::model::{BlobSha, FileMode, Location, Place, SupportFile};
use crate::parse::READER_VERSION;
use crate::settings::Layout;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How many paths are kept as examples for each reason.
const EXAMPLES: usize = 3;

/// Which part of the tree was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    Whole,
    /// These `.cursor` folders, whether they exist or not.
    Folders(BTreeSet<String>),
}

impl Coverage {
    pub fn covers(&self, path: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Folders(folders) => touched_cursor_folder(path).is_some_and(|folder| folders.contains(folder)),
        }
    }
}

/// A definition's file as the tree has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenFile {
    pub location: Location,
    pub blob: BlobSha,
    pub size: Option<u64>,
    pub support: Vec<SupportFile>,
    /// Stands for all that the definition is made from; another digest means: read again.
    pub digest: String,
}

/// What a tree holds of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    pub coverage: Coverage,
    /// By path.
    pub files: BTreeMap<String, SeenFile>,
    /// By `.cursor` folder: reason → count and a few paths.
    pub ignored: Map<String, Value>,
}

impl Survey {
    /// Entries that are nothing to us under the owner's settings are passed over; so are trees.
    pub fn of(entries: impl IntoIterator<Item = TreeEntry>, coverage: Coverage, layout: &Layout) -> Self {
        let mut definitions = Vec::new();
        let mut beside = Vec::new();
        let mut ignored = Ignored::default();
        for entry in entries {
            let place = layout.place(&entry.path);
            match (entry.mode, place) {
                (FileMode::Tree, _) | (_, Place::Settings | Place::Outside) => {}
                (FileMode::Symlink, _) => ignored.add(&entry.path, IgnoredBecause::Symlink),
                (FileMode::Submodule, _) => ignored.add(&entry.path, IgnoredBecause::Submodule),
                (FileMode::File, Place::Ignored(reason)) => ignored.add(&entry.path, reason),
                (FileMode::File, Place::SkillFile) => beside.push(entry),
                (FileMode::File, Place::Definition(location)) => definitions.push((location, entry)),
            }
        }
        let support = Self::beside_skills(&definitions, beside, &mut ignored);
        let files = definitions.into_iter().map(|(location, entry)| {
            let support = support.get(&entry.path).cloned().unwrap_or_default();
            (entry.path.clone(), SeenFile::new(location, &entry, support))
        });
        Self { coverage, files: files.collect(), ignored: ignored.into_json() }
    }

    /// Nothing at all: an empty repository, a branch that is gone, a repository that was removed.
    pub fn empty() -> Self {
        Self::of([], Coverage::Whole, &Layout::default())
    }

    /// Hands each file beside a `SKILL.md` to the nearest skill above it.
    fn beside_skills(
        definitions: &[(Location, TreeEntry)],
        beside: Vec<TreeEntry>,
        ignored: &mut Ignored,
    ) -> BTreeMap<String, Vec<SupportFile>> {
        let skills: BTreeSet<&str> = definitions
            .iter()
            .filter(|(location, _)| location.kind == crate::model::Kind::Skill)
            .map(|(location, _)| location.folder())
            .collect();
        let mut support: BTreeMap<String, Vec<SupportFile>> = BTreeMap::new();
        for entry in beside {
            let Some(skill) = folders_above(&entry.path).find(|folder| skills.contains(folder)) else {
                ignored.add(&entry.path, IgnoredBecause::NoSkillAbove);
                continue;
            };
            let path = entry.path.get(skill.len() + 1..).unwrap_or_default().to_owned();
            let file = SupportFile { path, blob: entry.sha, size: entry.size.unwrap_or_default() };
            support.entry(format!("{skill}/SKILL.md")).or_default().push(file);
        }
        for files in support.values_mut() {
            files.sort_by(|a, b| a.path.cmp(&b.path));
        }
        support
    }
}

/// `a/b/c` → `a/b`, `a`.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/').map(|(above, _)| above), |folder| {
        folder.rsplit_once('/').map(|(above, _)| above)
    })
}

impl SeenFile {
    fn new(location: Location, entry: &TreeEntry, support: Vec<SupportFile>) -> Self {
        let digest = digest(&location, entry.sha.as_str(), &support);
        Self { location, blob: entry.sha.clone(), size: entry.size, support, digest }
    }
}

/// What stands in a task, and in the end in the definition's row: these bytes, with these files beside them, as this reader
/// reads them there. The owner's settings count as far as they say how this very file is read: a change of others leaves it seen.
pub fn digest(location: &Location, blob: &str, support: &[SupportFile]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{READER_VERSION}\n{blob}\n"));
    for file in support {
        hash.update(format!("{}\0{}\0{}\n", file.path, file.blob, file.size));
    }
    location.seen(&hex::encode(hash.finalize()))
}

/// Counts by folder and reason.
#[derive(Default)]
struct Ignored(BTreeMap<String, BTreeMap<&'static str, (u64, Vec<String>)>>);

impl Ignored {
    fn add(&mut self, path: &str, reason: IgnoredBecause) {
        let folder = touched_cursor_folder(path).unwrap_or_default().to_owned();
        let (count, examples) = self.0.entry(folder).or_default().entry(reason.as_str()).or_default();
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(path.to_owned());
        }
    }

    fn into_json(self) -> Map<String, Value> {
        let folders = self.0.into_iter().map(|(folder, reasons)| {
            let reasons = reasons
                .into_iter()
                .map(|(reason, (count, examples))| (reason.to_owned(), json!({"count": count, "examples": examples})));
            (folder, Value::Object(reasons.collect()))
        });
        folders.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, mode: FileMode) -> TreeEntry {
        TreeEntry { path: path.into(), mode, sha: BlobSha::of_bytes(path.as_bytes()), size: Some(3) }
    }

    fn survey(paths: &[&str]) -> Survey {
        Survey::of(paths.iter().map(|path| entry(path, FileMode::File)), Coverage::Whole, &Layout::default())
    }

    #[test]
    fn links_and_submodules_are_never_definitions() {
        let survey = Survey::of(
            [
                entry(".cursor/rules/a.mdc", FileMode::Symlink),
                entry(".cursor/rules", FileMode::Submodule),
                entry("x/.cursor", FileMode::Symlink),
            ],
            Coverage::Whole,
            &Layout::default(),
        );
        assert!(survey.files.is_empty());
        assert_eq!(survey.ignored[".cursor"]["symlink"]["count"], 1);
        assert_eq!(survey.ignored[".cursor"]["submodule"]["count"], 1);
        assert_eq!(survey.ignored["x/.cursor"]["symlink"]["count"], 1);
    }

    #[test]
    fn support_files_belong_to_the_nearest_skill_above() {
        let survey = survey(&[
            ".cursor/skills/a/SKILL.md",
            ".cursor/skills/a/run.py",
            ".cursor/skills/a/b/SKILL.md",
            ".cursor/skills/a/b/deep/x.txt",
            ".cursor/skills/stray.txt",
        ]);
        let support = |path: &str| survey.files[path].support.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        assert_eq!(support(".cursor/skills/a/SKILL.md"), ["run.py"]);
        assert_eq!(support(".cursor/skills/a/b/SKILL.md"), ["deep/x.txt"]);
        assert_eq!(survey.ignored[".cursor"]["no-skill-above"]["examples"][0], ".cursor/skills/stray.txt");
    }

    #[test]
    fn a_support_file_that_changes_changes_the_digest_of_its_skill() {
        let one = survey(&[".cursor/skills/a/SKILL.md", ".cursor/skills/a/run.py"]);
        let two = survey(&[".cursor/skills/a/SKILL.md", ".cursor/skills/a/walk.py"]);
        let digest = |survey: &Survey| survey.files[".cursor/skills/a/SKILL.md"].digest.clone();
        assert_ne!(digest(&one), digest(&two));
    }

    #[test]
    fn only_settings_that_concern_a_file_change_its_digest() {
        let digest = |text: &str| {
            let settings = crate::settings::read(text.as_bytes()).settings.unwrap();
            let file = entry(".cursor/rules/a.mdc", FileMode::File);
            let survey = Survey::of([file], Coverage::Whole, &Layout::of(&settings));
            survey.files.get(".cursor/rules/a.mdc").map(|file| file.digest.clone())
        };
        assert_eq!(digest("check: strict\nfolders: .claude/agents"), digest(""));
        assert_ne!(digest("prefix: web"), digest(""));
        assert_eq!(digest("exclude: .cursor/rules/"), None);
    }
}
