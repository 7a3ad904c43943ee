//! The repository that `dotcursor sandbox` shows when it is given none: a few definitions of each kind, one of them
//! with a mistake, and a sub-project with a rule of its own.

use super::git::{GitError, command};
use std::path::{Path, PathBuf};

const FILES: [(&str, &str); 12] = [
    ("README.md", include_str!("sample/README.md")),
    (".cursor/agents/reviewer.md", include_str!("sample/agents/reviewer.md")),
    (".cursor/agents/test-writer.md", include_str!("sample/agents/test-writer.md")),
    (".cursor/commands/release.md", include_str!("sample/commands/release.md")),
    (".cursor/commands/review.md", include_str!("sample/commands/review.md")),
    (".cursor/rules/style.mdc", include_str!("sample/rules/style.mdc")),
    (".cursor/rules/typescript.mdc", include_str!("sample/rules/typescript.mdc")),
    (".cursor/rules/logging.mdc", include_str!("sample/rules/logging.mdc")),
    (".cursor/skills/release-notes/SKILL.md", include_str!("sample/skills/release-notes/SKILL.md")),
    (".cursor/skills/release-notes/references/tone.md", include_str!("sample/skills/release-notes/references/tone.md")),
    ("apps/web/.cursor/rules/components.mdc", include_str!("sample/web/components.mdc")),
    ("apps/web/src/components/.gitkeep", ""),
];

/// The sample could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("the sample repository cannot be written to {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("the sample repository cannot be made: {0}")]
    Git(#[from] GitError),
}

/// Makes the sample in `folder`. One that is there already stays as it is, with everything that was committed to it.
pub fn make_sample(folder: &Path) -> Result<(), SampleError> {
    let write = |path: &Path, content: &str| {
        let parent = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = parent.and_then(|()| std::fs::write(path, content));
        written.map_err(|source| SampleError::Write { path: path.to_owned(), source })
    };
    if has_commit(folder) {
        return Ok(());
    }
    for (path, content) in FILES {
        write(&folder.join(path), content)?;
    }
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["add", "--all"])?;
    git(folder, &["commit", "--quiet", "--no-verify", "-m", "A few definitions to start with"])?;
    Ok(())
}

fn has_commit(folder: &Path) -> bool {
    folder.join(".git").exists() && git(folder, &["rev-parse", "--verify", "--quiet", "HEAD"]).is_ok()
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let author = ["-c", "user.name=dotcursor sandbox", "-c", "user.email=sandbox@dotcursor.invalid"];
    command::run(command::git(folder).args(author).args(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::git::{GitRepository, list_tree};

    #[test]
    fn the_sample_is_made_once_and_then_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("sample");
        make_sample(&folder).unwrap();
        let repository = GitRepository::open(&folder).unwrap();
        let head = repository.info("refs/heads/main").unwrap().unwrap().oid;
        let tree = repository.commit(&head).unwrap().unwrap().tree;
        let files = list_tree(&repository, &tree, true).unwrap();
        assert_eq!(files.iter().filter(|entry| entry.kind == "blob").count(), FILES.len());
        std::fs::write(folder.join("README.md"), "mine").unwrap();
        make_sample(&folder).unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("README.md")).unwrap(), "mine");
        assert_eq!(repository.info("refs/heads/main").unwrap().unwrap().oid, head);
    }
}
