//! The files of a working copy, as git would take them.

use crate::model::location::{IgnoredBecause, place};
use crate::model::{BlobSha, Kind, Location, Place, SupportFile};
use crate::parse::MAX_FILE_BYTES;
use ignore::WalkBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    #[error("{path}: {error}")]
    Unreadable { path: String, error: String },
}

/// Below `.cursor`, and no definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    pub path: String,
    pub because: IgnoredBecause,
}

/// Everything of ours in one working copy.
#[derive(Debug)]
pub struct Tree {
    /// The folder that paths count from: that of the repository, or the one that was named.
    root: PathBuf,
    /// What was asked about, from `root`; "" is all of it.
    asked: BTreeSet<String>,
    pub files: Vec<Location>,
    /// Folders with a `SKILL.md`.
    skills: BTreeSet<String>,
    skill_files: Vec<String>,
    ignored: Vec<Oddity>,
}

/// One for each working copy that the paths lie in, in the order of their first path.
pub fn trees(paths: &[PathBuf]) -> Result<Vec<Tree>, WalkError> {
    let mut asked: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let full = path.canonicalize().map_err(|error| unreadable(path, error))?;
        let root = root_of(&full);
        let inner = full.strip_prefix(&root).map(slashed).unwrap_or_default();
        asked.entry(root).or_default().insert(inner);
    }
    asked.into_iter().map(|(root, asked)| Tree::walk(root, asked)).collect()
}

/// The nearest folder above with a `.git`; where there is none, the path itself, or the folder above its `.cursor`.
fn root_of(path: &Path) -> PathBuf {
    let repository = path.ancestors().find(|folder| folder.join(".git").exists());
    let above_cursor = || path.ancestors().find(|part| part.ends_with(".cursor")).and_then(Path::parent);
    let itself = || if path.is_dir() { Some(path) } else { path.parent() };
    repository.or_else(above_cursor).or_else(itself).unwrap_or(path).to_owned()
}

impl Tree {
    fn walk(root: PathBuf, asked: BTreeSet<String>) -> Result<Self, WalkError> {
        let mut tree = Self::empty(root, asked);
        let walk = WalkBuilder::new(&tree.root)
            .hidden(false)
            .follow_links(false)
            .ignore(false)
            .parents(false)
            .git_global(false)
            .sort_by_file_name(Ord::cmp)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        for entry in walk {
            let entry = entry.map_err(|error| unreadable(&tree.root, error))?;
            let path = entry.path().strip_prefix(&tree.root).map(slashed).unwrap_or_default();
            match entry.file_type() {
                Some(kind) if kind.is_dir() => {}
                Some(kind) if kind.is_file() => tree.take(path),
                _ => tree.take_link(path),
            }
        }
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    fn empty(root: PathBuf, asked: BTreeSet<String>) -> Self {
        let (files, skills, skill_files, ignored) = Default::default();
        Self { root, asked, files, skills, skill_files, ignored }
    }

    fn take(&mut self, path: String) {
        match place(&path) {
            Place::Definition(location) => {
                if location.kind == Kind::Skill {
                    self.skills.insert(location.folder().to_owned());
                }
                self.files.push(location);
            }
            Place::SkillFile => self.skill_files.push(path),
            Place::Ignored(because) => self.ignored.push(Oddity { path, because }),
            Place::Outside => {}
        }
    }

    /// A link, or something that is no file at all: never opened.
    fn take_link(&mut self, path: String) {
        if place(&path) != Place::Outside {
            self.ignored.push(Oddity { path, because: IgnoredBecause::Symlink });
        }
    }

    /// No more than the reader would look at.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, WalkError> {
        let full = self.root.join(path);
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&full).map_err(|error| unreadable(&full, error))?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&full, error))?;
        Ok(bytes)
    }

    /// The files beside a `SKILL.md`, down to the next skill.
    pub fn support_of(&self, location: &Location) -> Result<Vec<SupportFile>, WalkError> {
        if location.kind != Kind::Skill {
            return Ok(vec![]);
        }
        let own = self.skill_files.iter().filter(|path| self.skill_above(path) == Some(location.folder()));
        own.map(|path| {
            let full = self.root.join(path);
            let bytes = std::fs::read(&full).map_err(|error| unreadable(&full, error))?;
            Ok(SupportFile {
                path: path[location.folder().len() + 1..].to_owned(),
                blob: BlobSha::of_bytes(&bytes),
                size: bytes.len() as u64,
            })
        })
        .collect()
    }

    /// The folder of the nearest skill above a file.
    fn skill_above<'a>(&self, path: &'a str) -> Option<&'a str> {
        let folders = std::iter::successors(path.rsplit_once('/'), |(folder, _)| folder.rsplit_once('/'));
        folders.map(|(folder, _)| folder).find(|folder| self.skills.contains(*folder))
    }

    pub fn is_asked_for(&self, path: &str) -> bool {
        self.asked.iter().any(|asked| {
            asked.is_empty()
                || path.strip_prefix(asked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// What lies below `.cursor` and is not read, among what was asked for.
    pub fn oddities(&self) -> Vec<Oddity> {
        let stray = self.skill_files.iter().filter(|path| self.skill_above(path).is_none());
        let stray = stray.map(|path| Oddity { path: path.clone(), because: IgnoredBecause::NoSkillAbove });
        let mut all: Vec<Oddity> =
            self.ignored.iter().cloned().chain(stray).filter(|one| self.is_asked_for(&one.path)).collect();
        all.sort();
        all
    }

    /// A path as seen from where the program was called.
    pub fn shown(&self, path: &str) -> String {
        let full = self.root.join(path);
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let near = here.ok().and_then(|here| full.strip_prefix(here).map(slashed).ok());
        near.unwrap_or_else(|| full.display().to_string())
    }
}

fn unreadable(path: &Path, error: impl std::fmt::Display) -> WalkError {
    WalkError::Unreadable { path: path.display().to_string(), error: error.to_string() }
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
