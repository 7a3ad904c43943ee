//! A repository on disk, bare or not, a worktree too.

use super::command::{GitError, git, run};
use super::commit::Commit;
use super::objects::{Object, ObjectInfo, ObjectKind, ObjectReader};
use super::tree::{TreeEntry, parse_tree};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

#[derive(Debug)]
pub struct GitRepository {
    path: PathBuf,
    /// Where this checkout's HEAD is.
    git_dir: PathBuf,
    /// Where the branches are: the same folder, except in a worktree.
    common_dir: PathBuf,
    /// Started at the first question, and again if it ended.
    reader: Mutex<Option<ObjectReader>>,
}

impl GitRepository {
    pub fn open(path: &Path) -> Result<Self, GitError> {
        let not_a_repository = || GitError::NotARepository { path: path.to_owned() };
        if !path.is_dir() {
            return Err(not_a_repository());
        }
        let found = run(git(path).args(["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir"]));
        let found =
            found.map_err(|error| if matches!(error, GitError::Start(_)) { error } else { not_a_repository() })?;
        let found = String::from_utf8_lossy(&found).into_owned();
        let mut lines = found.lines().map(PathBuf::from);
        let (Some(git_dir), Some(common_dir)) = (lines.next(), lines.next()) else { return Err(not_a_repository()) };
        refuse_subfolder(path)?;
        Ok(Self { path: path.to_owned(), git_dir, common_dir, reader: Mutex::new(None) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The branch that HEAD names, born or not; for a detached HEAD the branch that most likely is the main one.
    pub fn head_branch(&self) -> Result<String, GitError> {
        if let Ok(name) = run(git(&self.path).args(["symbolic-ref", "--short", "HEAD"])) {
            return Ok(String::from_utf8_lossy(&name).trim().to_owned());
        }
        let branches = run(git(&self.path).args(["for-each-ref", "--format=%(refname:short)", "refs/heads"]))?;
        let branches = String::from_utf8_lossy(&branches).into_owned();
        let has = |wanted: &str| branches.lines().find(|name| *name == wanted);
        let branch = has("main").or_else(|| has("master")).or_else(|| branches.lines().next());
        Ok(branch.unwrap_or("main").to_owned())
    }

    pub fn info(&self, name: &str) -> Result<Option<ObjectInfo>, GitError> {
        self.with_reader(name, |reader| reader.info(name))
    }

    pub fn read(&self, name: &str) -> Result<Option<Object>, GitError> {
        self.with_reader(name, |reader| reader.read(name))
    }

    pub fn commit(&self, oid: &str) -> Result<Option<Commit>, GitError> {
        let object = self.read(oid)?.filter(|object| object.info.kind == ObjectKind::Commit);
        object.map(|object| Commit::parse(object.info.oid, &object.bytes)).transpose()
    }

    /// The entries of one tree, not of those below it. `None` if there is no such tree.
    pub fn tree(&self, oid: &str) -> Result<Option<Vec<TreeEntry>>, GitError> {
        let object = self.read(oid)?.filter(|object| object.info.kind == ObjectKind::Tree);
        object.map(|object| parse_tree(&object)).transpose()
    }

    /// The entry at `path` below the tree `oid`. Neither symlinks nor submodules are followed.
    pub fn entry_at(&self, oid: &str, path: &str) -> Result<Option<TreeEntry>, GitError> {
        let mut tree = oid.to_owned();
        let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            let entries = self.tree(&tree)?.unwrap_or_default();
            let Some(entry) = entries.into_iter().find(|entry| entry.name == part) else { return Ok(None) };
            if parts.peek().is_none() {
                return Ok(Some(entry));
            }
            if !entry.is_tree() {
                return Ok(None);
            }
            tree = entry.oid;
        }
        Ok(None)
    }

    fn with_reader<T>(
        &self,
        name: &str,
        ask: impl Fn(&mut ObjectReader) -> Result<Option<T>, GitError>,
    ) -> Result<Option<T>, GitError> {
        if name.is_empty() || name.chars().any(|c| c.is_control() || c == ' ') {
            return Ok(None);
        }
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = reader.as_mut()
            && let Ok(answer) = ask(running)
        {
            return Ok(answer);
        }
        let mut started = ObjectReader::start(&self.path)?;
        let answer = ask(&mut started);
        *reader = answer.is_ok().then_some(started);
        answer
    }
}

/// git looks for a repository in the folders above, too; a folder inside one is most likely a slip.
fn refuse_subfolder(path: &Path) -> Result<(), GitError> {
    let Ok(top) = run(git(path).args(["rev-parse", "--show-toplevel"])) else { return Ok(()) };
    let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches('\n'));
    match (path.canonicalize(), top.canonicalize()) {
        (Ok(given), Ok(top)) if given != top => Err(GitError::Inside { path: path.to_owned(), top }),
        _ => Ok(()),
    }
}
