//! The files of a working copy, as git would take them.

use super::CheckedSettings;
use super::walk::{Met, WalkError, unreadable, walk};
use crate::model::location::IgnoredBecause;
use crate::model::{BlobSha, Kind, Location, Place, SupportFile};
use crate::parse::MAX_FILE_BYTES;
use crate::settings::{self, Layout};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Below `.cursor`, and no definition; or a folder that could not be looked into.
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
    /// Where the program was called.
    here: Option<PathBuf>,
    /// What was asked about, from `root`; "" is all of it.
    asked: BTreeSet<String>,
    /// The owner's settings, if the file is there; while they are broken, nothing is set.
    pub settings: Option<CheckedSettings>,
    layout: Layout,
    pub files: Vec<Location>,
    /// By the folder of a skill: what lies beside its `SKILL.md`, down to the next skill.
    beside: BTreeMap<String, Vec<String>>,
    oddities: Vec<Oddity>,
}

/// What a file holds; of one that the reader would not look at, its size in bytes.
#[derive(Debug)]
pub enum Content {
    Bytes(Vec<u8>),
    TooLarge(u64),
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
        tree.read_settings()?;
        let mut skill_files = Vec::new();
        walk(&tree.root.clone(), |path, met| tree.take(path, met, &mut skill_files))?;
        tree.take_what_is_named(&mut skill_files);
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        skill_files.sort();
        tree.share_out(skill_files);
        tree.oddities.sort();
        Ok(tree)
    }

    fn empty(root: PathBuf, asked: BTreeSet<String>) -> Self {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
        let (settings, layout, files, beside, oddities) = Default::default();
        Self { root, here, asked, settings, layout, files, beside, oddities }
    }

    fn read_settings(&mut self) -> Result<(), WalkError> {
        let facts_of = |path: &str| self.root.join(path).symlink_metadata().ok();
        // No link is followed, be it the folder.
        let folder = facts_of(".cursor").filter(|facts| facts.is_dir());
        let Some(facts) = folder.and_then(|_| facts_of(settings::FILE)) else {
            return Ok(());
        };
        let (reading, text) = match facts.is_file().then(|| self.read(settings::FILE)).transpose()? {
            Some(Content::Bytes(bytes)) => (settings::read(&bytes), String::from_utf8_lossy(&bytes).into_owned()),
            Some(Content::TooLarge(size)) => (settings::too_large(size), String::new()),
            None => (settings::not_a_file(), String::new()),
        };
        let settings = reading.settings.unwrap_or_default();
        self.layout = Layout::of(&settings);
        let shown = self.shown(settings::FILE);
        self.settings = Some(CheckedSettings { shown, text, settings, diagnostics: reading.diagnostics });
        Ok(())
    }

    /// A file that somebody names is taken although `.gitignore` names it too: git keeps one that it tracks.
    fn take_what_is_named(&mut self, skill_files: &mut Vec<String>) {
        let is_file = |path: &String| self.root.join(path).symlink_metadata().is_ok_and(|facts| facts.is_file());
        let named: Vec<String> = self.asked.iter().filter(|path| is_file(path)).cloned().collect();
        for path in named {
            let is_taken = self.files.iter().map(|file| &file.path).chain(&*skill_files).any(|taken| *taken == path);
            if !is_taken && !self.oddities.iter().any(|one| one.path == path) {
                self.take(path, Met::File, skill_files);
            }
        }
    }

    fn take(&mut self, path: String, met: Met, skill_files: &mut Vec<String>) {
        let because = match (met, self.layout.place(&path)) {
            (Met::Closed, _) => IgnoredBecause::Unreadable,
            (_, Place::Outside | Place::Settings) => return,
            (Met::NotUtf8, _) => IgnoredBecause::PathNotUtf8,
            (Met::Link, _) => IgnoredBecause::Symlink,
            (Met::File, Place::Ignored(because)) => because,
            (Met::File, Place::SkillFile) => return skill_files.push(path),
            (Met::File, Place::Definition(location)) => {
                if location.kind == Kind::Skill {
                    self.beside.insert(location.folder().to_owned(), Vec::new());
                }
                return self.files.push(location);
            }
        };
        self.oddities.push(Oddity { path, because });
    }

    /// Each file goes to the nearest skill above it.
    fn share_out(&mut self, skill_files: Vec<String>) {
        for path in skill_files {
            let folders = std::iter::successors(path.rsplit_once('/'), |(folder, _)| folder.rsplit_once('/'));
            let skill = folders.map(|(folder, _)| folder).find(|folder| self.beside.contains_key(*folder));
            match skill.and_then(|folder| self.beside.get_mut(folder)) {
                Some(files) => files.push(path),
                None => self.oddities.push(Oddity { path, because: IgnoredBecause::NoSkillAbove }),
            }
        }
    }

    pub fn read(&self, path: &str) -> Result<Content, WalkError> {
        let full = self.root.join(path);
        let (file, size) = open(&full)?;
        if size > MAX_FILE_BYTES {
            return Ok(Content::TooLarge(size));
        }
        let mut bytes = Vec::new();
        // It may have grown.
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(|error| unreadable(&full, error))?;
        Ok(Content::Bytes(bytes))
    }

    /// The name that git gives to a file of any size, and that size.
    pub fn blob_of(&self, path: &str) -> Result<(BlobSha, u64), WalkError> {
        let full = self.root.join(path);
        let (file, size) = open(&full)?;
        let blob = BlobSha::of_reader(file, size).map_err(|error| unreadable(&full, error))?;
        Ok((blob, size))
    }

    /// The files beside a `SKILL.md`, down to the next skill.
    pub fn support_of(&self, location: &Location) -> Result<Vec<SupportFile>, WalkError> {
        let folder = location.folder();
        let own = self.beside.get(folder).filter(|_| location.kind == Kind::Skill);
        let file = |path: &String| {
            let (blob, size) = self.blob_of(path)?;
            Ok(SupportFile { path: path[folder.len() + 1..].to_owned(), blob, size })
        };
        own.into_iter().flatten().map(file).collect()
    }

    pub fn is_asked_for(&self, path: &str) -> bool {
        self.asked.iter().any(|asked| {
            asked.is_empty()
                || path.strip_prefix(asked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// What is not read, among what was asked for.
    pub fn oddities(&self) -> impl Iterator<Item = &Oddity> {
        self.oddities.iter().filter(|one| self.is_asked_for(&one.path))
    }

    /// A path as seen from where the program was called.
    pub fn shown(&self, path: &str) -> String {
        let full = self.root.join(path);
        let near = self.here.as_ref().and_then(|here| full.strip_prefix(here).map(slashed).ok());
        near.unwrap_or_else(|| full.display().to_string())
    }
}

fn open(path: &Path) -> Result<(File, u64), WalkError> {
    let opened = File::open(path).and_then(|file| file.metadata().map(|found| (file, found.len())));
    opened.map_err(|error| unreadable(path, error))
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
