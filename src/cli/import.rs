//! `dotcursor import`

use super::output;
use crate::check::{self, Content, Tree};
use crate::config::Config;
use crate::model::{BlobSha, Location, RunId, WorkStatus, WorkspaceId};
use crate::parse;
use crate::plan::digest;
use crate::store::Store;
use crate::store::import::{Imported, ImportedFile};
use crate::store::jobs::Progress;
use crate::store::migrate::{Direction, migrate};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;

/// Files that are stored in one transaction.
const TOGETHER: usize = 100;

/// Take the definitions of a local folder or repository into a workspace, with the source `imported`.
///
/// Reads what `check` reads. A file that was imported before continues its history; one that is not there any more stays in the
/// registry. Exit status 1 if a file is broken: it is taken in all the same, with its errors.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A folder; paths count from the root of the repository that it is in, else from the folder
    path: PathBuf,
    /// The workspace that takes them; GET /api/workspaces lists them
    #[arg(long, value_name = "ID")]
    workspace: String,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let trees = check::trees(std::slice::from_ref(&args.path))?;
    let config = Config::from_env()?;
    migrate(&config.database, Direction::Up).await?;
    let store = Store::connect(&config.database).await?;
    let workspace = WorkspaceId::from_text(args.workspace);
    let files: Vec<(&Tree, &Location)> = trees.iter().flat_map(asked_for).collect();
    let Some(run) = store.begin_import(&workspace, files.len()).await? else {
        bail!("there is no workspace {workspace}; GET /api/workspaces lists them");
    };
    let mut import = Import {
        store,
        workspace,
        run: RunId::from_text(run.id),
        progress: Progress { total: run.total_files, ..Progress::default() },
        outcome: Imported::default(),
        bar: bar(files.len())?,
    };
    let taken = import.take_all(&files).await;
    let status = if taken.is_ok() { WorkStatus::Completed } else { WorkStatus::Failed };
    import.bar.finish_and_clear();
    import.store.finish_import(&import.workspace, &import.run, status).await?;
    taken?;
    output::say(&import.summary())?;
    Ok(if import.progress.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn asked_for(tree: &Tree) -> impl Iterator<Item = (&Tree, &Location)> {
    let asked = tree.files.iter().filter(|location| tree.is_asked_for(&location.path));
    asked.map(move |location| (tree, location))
}

/// On standard error, and only where a person looks.
fn bar(files: usize) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")?;
    Ok(ProgressBar::new(u64::try_from(files)?).with_style(style))
}

struct Import {
    store: Store,
    workspace: WorkspaceId,
    run: RunId,
    progress: Progress,
    outcome: Imported,
    bar: ProgressBar,
}

impl Import {
    async fn take_all(&mut self, files: &[(&Tree, &Location)]) -> Result<()> {
        for some in files.chunks(TOGETHER) {
            self.take(some).await?;
        }
        Ok(())
    }

    async fn take(&mut self, some: &[(&Tree, &Location)]) -> Result<()> {
        let mut read = Vec::with_capacity(some.len());
        for (tree, location) in some {
            self.bar.set_message(location.path.clone());
            self.progress.done += 1;
            self.progress.current = Some(location.path.clone());
            match read_file(tree, location) {
                Ok(file) => {
                    file.parsed
                        .error()
                        .into_iter()
                        .for_each(|error| self.progress.fail(Some(&location.path), &error.message));
                    read.push(file);
                }
                // Gone since the folder was listed, or not ours to read: the others are taken in all the same.
                Err(error) => self.progress.fail(Some(&location.path), &error.to_string()),
            }
        }
        self.outcome += self.store.import(&self.workspace, &read).await?;
        self.store.note_progress(&self.run, &self.progress).await?;
        self.bar.inc(u64::try_from(some.len())?);
        Ok(())
    }

    fn summary(&self) -> String {
        let Imported { added, changed, unchanged } = self.outcome;
        let broken = match self.progress.failed {
            0 => String::new(),
            number => format!("; {number} broken, which `dotcursor check` explains"),
        };
        format!("Imported: {added} new, {changed} changed, {unchanged} unchanged{broken}.")
    }
}

fn read_file(tree: &Tree, location: &Location) -> Result<ImportedFile> {
    let support = tree.support_of(location)?;
    let (parsed, blob, size) = match tree.read(&location.path)? {
        Content::Bytes(bytes) => {
            let size = u64::try_from(bytes.len())?;
            (parse::parse(location, &bytes, &support), BlobSha::of_bytes(&bytes), size)
        }
        Content::TooLarge(_) => {
            let (blob, size) = tree.blob_of(&location.path)?;
            (parse::too_large(location, size), blob, size)
        }
    };
    Ok(ImportedFile { parsed, location: location.clone(), seen: digest(location, blob.as_str(), &support), blob, size })
}
