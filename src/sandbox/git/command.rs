//! How `git` is called: a clean environment, no locks, no network, nothing that a repository's configuration could start.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("git could not be started: {0}. Is it installed and on the PATH?")]
    Start(#[source] std::io::Error),
    #[error("git stopped answering: {0}")]
    Broken(#[source] std::io::Error),
    #[error("git {what} failed: {message}")]
    Failed { what: String, message: String },
    #[error("{} is not a git repository: give the path of a clone, a worktree or a bare repository", path.display())]
    NotARepository { path: PathBuf },
    #[error("{} is a folder inside the repository {}: give the repository's path", path.display(), top.display())]
    Inside { path: PathBuf, top: PathBuf },
    #[error("git wrote what could not be understood: {0}")]
    Unexpected(String),
}

/// `git -C path`, ready for its arguments.
pub fn git(path: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(&name);
        }
    }
    command
        .arg("-C")
        .arg(path)
        .args(["-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "gc.auto=0"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the command to its end and gives what it wrote. A status other than 0 is an error.
pub fn run(command: &mut Command) -> Result<Vec<u8>, GitError> {
    let output = command.output().map_err(GitError::Start)?;
    if output.status.success() { Ok(output.stdout) } else { Err(failed(command, &output.stderr)) }
}

/// Like `run`, with `input` on its standard input.
pub fn run_with_input(command: &mut Command, input: Vec<u8>) -> Result<Vec<u8>, GitError> {
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(GitError::Start)?;
    let stdin = child.stdin.take();
    // A thread of its own writes, so that neither side waits for the other with its pipe full.
    let writer = std::thread::spawn(move || stdin.map_or(Ok(()), |mut stdin| stdin.write_all(&input)));
    let output = child.wait_with_output().map_err(GitError::Broken)?;
    let written = writer.join().unwrap_or(Ok(()));
    if !output.status.success() {
        return Err(failed(command, &output.stderr));
    }
    written.map_err(GitError::Broken)?;
    Ok(output.stdout)
}

fn failed(command: &Command, stderr: &[u8]) -> GitError {
    let mut words = command.get_args().map(|word| word.to_string_lossy().into_owned()).skip(2).peekable();
    while words.next_if(|word| word == "-c").is_some() {
        words.next();
    }
    let what = words.collect::<Vec<_>>().join(" ");
    GitError::Failed { what, message: String::from_utf8_lossy(stderr).trim().to_owned() }
}
