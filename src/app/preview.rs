//! A pull request is looked at: what its head has other than the place where it parted, and what that would do to the registry.
//! Nothing of it is stored; what was read is forgotten.

use super::core::Core;
use super::teller::TellError;
use crate::github::{BlobRead, FolderState, GitHubError, InstallationClient, RepositoryRef, TreeEntry, Urgency};
use crate::model::{BlobSha, CommitSha, FileMode, Location, Parsed, Report, RepositoryId, TreeSha};
use crate::parse::{self, MAX_FILE_BYTES};
use crate::plan::{Coverage, SeenFile, Survey};
use crate::settings::{self, Layout, Reading, Settings};
use crate::store::StoreError;
use crate::store::checks::CheckDebt;
use crate::tell::{self, Counts, Finding, Merge, News, Subject, Unread};
use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// With more folders than this the whole tree is read.
const FOLDERS_AT_ONCE: usize = 20;
/// Files that are read for one look, and bytes of them, which are in memory together: whoever opens a pull request says how
/// many there are.
const MOST_FILES: usize = 1_000;
const MOST_BYTES: u64 = 32 << 20;

/// `None` if nothing of ours is touched. Three calls of GitHub, and one more for each fifty files that are read.
pub(super) async fn report(core: &Core, debt: &CheckDebt) -> Result<Option<Report>, TellError> {
    let reader = Reader {
        client: core.github.installation(debt.installation()).with(Urgency::Pull),
        repository: RepositoryRef {
            id: RepositoryId::new(debt.repository.id),
            full_name: debt.repository.full_name.clone(),
        },
    };
    let (head, base) = (commit(&debt.check.head_sha)?, commit(debt.check.base_sha.as_deref().unwrap_or_default())?);
    core.store.begin_look(debt).await?;
    let in_force = debt.repository.in_force();
    let layout = Arc::new(Layout::of(&in_force));
    let parting = reader.client.parting(&reader.repository, &base, &head, &layout).await?;
    let folders = parting.touched.filter(|folders| folders.len() <= FOLDERS_AT_ONCE);
    if folders.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok(None);
    }
    let before = reader.entries(&parting.merge_base, folders.as_ref(), &layout).await?;
    let after = reader.entries(&head, folders.as_ref(), &layout).await?;
    let proposed = reader.proposed(&before, &after).await?;
    let (before, after) = match ruled(core, debt, proposed.as_ref()).await? {
        // By other settings, any file may be meant.
        Some(other) => {
            let other = Arc::new(Layout::of(&other));
            let before = reader.entries(&parting.merge_base, None, &layout).await?;
            (survey(before, None, &layout), survey(reader.entries(&head, None, &other).await?, None, &other))
        }
        None => (survey(before, folders.as_ref(), &layout), survey(after, folders.as_ref(), &layout)),
    };
    let (read, unread) = reader.read(&Merge::to_read(&before, &after)).await?;
    let touched = Merge::touched(&before, &after);
    if touched.is_empty() && proposed.is_none() && !debt.is_on_github() {
        return Ok(None);
    }
    let into_followed = debt.check.base_ref == debt.repository.branch;
    let standing =
        if into_followed { core.store.standing_around(&debt.repository, &touched).await? } else { Vec::new() };
    let merge = Merge { repository: reader.repository.id, base: &before, head: &after, read, standing };
    let (changes, mut findings) = tell::what_merges(&merge);
    let of_settings = proposed.into_iter().flat_map(|reading| reading.diagnostics);
    findings.extend(of_settings.map(|diagnostic| Finding { path: settings::FILE.to_owned(), fresh: true, diagnostic }));
    let subject = Subject::Pull { base: debt.check.base_ref.clone().unwrap_or_default(), into_followed };
    let news =
        News { subject, changes, findings, unread, counts: Counts::default(), strictness: in_force.strictness() };
    Ok(Some(tell::report(&news, &core.desk, &debt.repository.workspace_id)))
}

/// What would be in force after the merge, if that is something else than is in force now.
async fn ruled(core: &Core, debt: &CheckDebt, proposed: Option<&Reading>) -> Result<Option<Settings>, StoreError> {
    let row = &debt.repository;
    let own =
        proposed.and_then(|reading| reading.settings.as_ref()).filter(|_| debt.check.base_ref == row.default_branch);
    match own {
        Some(own) => {
            let in_force = own.over(&core.store.organisation_settings(row).await?);
            Ok(Some(in_force).filter(|in_force| *in_force != row.in_force()))
        }
        None => Ok(None),
    }
}

fn commit(sha: &str) -> Result<CommitSha, GitHubError> {
    CommitSha::new(sha)
        .map_err(|error| GitHubError::Unreadable { subject: "a pull request".to_owned(), reason: error.to_string() })
}

struct Reader {
    client: InstallationClient,
    repository: RepositoryRef,
}

impl Reader {
    /// What a commit holds of ours, in these folders or everywhere.
    async fn entries(
        &self,
        commit: &CommitSha,
        folders: Option<&BTreeSet<String>>,
        layout: &Arc<Layout>,
    ) -> Result<Vec<TreeEntry>, GitHubError> {
        let Some(folders) = folders else {
            let tree = TreeSha::new(commit.as_str()).map_err(|error| GitHubError::Unreadable {
                subject: format!("commit {commit}"),
                reason: error.to_string(),
            })?;
            return self.client.tree(&self.repository, &tree, layout).await;
        };
        let asked: Vec<String> = folders.iter().cloned().collect();
        let listings = self.client.folders_at(&self.repository, commit, &asked).await?;
        let entries = listings.into_iter().flat_map(|listing| match listing.state {
            FolderState::Tree(entries) => entries,
            FolderState::NotAFolder(entry) => vec![entry],
            FolderState::Missing => vec![],
        });
        Ok(entries.collect())
    }

    /// The settings of the head, if they are other ones than those of the base.
    async fn proposed(&self, base: &[TreeEntry], head: &[TreeEntry]) -> Result<Option<Reading>, GitHubError> {
        let file = |entries: &[TreeEntry]| entries.iter().find(|entry| entry.path == settings::FILE).cloned();
        let (old, new) = (file(base), file(head));
        if old == new {
            return Ok(None);
        }
        let reading = match new {
            None => settings::read(b""),
            Some(entry) if entry.mode != FileMode::File => settings::not_a_file(),
            Some(entry) if entry.size.is_some_and(|size| size > settings::MAX_BYTES) => {
                settings::too_large(entry.size.unwrap_or_default())
            }
            Some(entry) => match self.client.blobs(&self.repository, &[entry.sha]).await?.pop() {
                Some((_, BlobRead::Bytes(bytes))) => settings::read(&bytes),
                Some((_, BlobRead::Failed(error))) => return Err(error),
                Some((_, BlobRead::Missing)) | None => {
                    return Err(GitHubError::NotFound { subject: settings::FILE.to_owned() });
                }
            },
        };
        Ok(Some(reading))
    }

    /// Files with what they say, and those that GitHub did not give, or that are too many.
    async fn read(&self, files: &[&SeenFile]) -> Result<(Vec<(Location, Parsed)>, Vec<Unread>), GitHubError> {
        let (files, left) = files.split_at(affordable(files));
        let small = |file: &&&SeenFile| file.size.is_none_or(|size| size <= MAX_FILE_BYTES);
        let wanted: Vec<BlobSha> = files.iter().filter(small).map(|file| file.blob.clone()).collect();
        let mut blobs: HashMap<BlobSha, BlobRead> = HashMap::new();
        if !wanted.is_empty() {
            blobs.extend(self.client.blobs(&self.repository, &wanted).await?);
        }
        let files: Vec<SeenFile> = files.iter().map(|file| (*file).clone()).collect();
        // Reading takes its time: not on a thread that others wait for.
        let reading = tokio::task::spawn_blocking(move || read_files(files, &blobs));
        match reading.await {
            Ok((read, mut unread)) => {
                unread.extend(left.iter().map(|file| too_many(file)));
                Ok((read, unread))
            }
            // The loop is begun again.
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

/// How many of these, from the first on, are read.
fn affordable(files: &[&SeenFile]) -> usize {
    let mut bytes = 0_u64;
    let fits = |file: &&&SeenFile| {
        // Larger ones are not fetched.
        let size = file.size.unwrap_or(MAX_FILE_BYTES);
        bytes += if size > MAX_FILE_BYTES { 0 } else { size };
        bytes <= MOST_BYTES
    };
    files.iter().take(MOST_FILES).take_while(fits).count()
}

fn too_many(file: &SeenFile) -> Unread {
    let reason = format!("of one pull request {MOST_FILES} files and {} MiB are read at most", MOST_BYTES >> 20);
    Unread { path: file.location.path.clone(), reason }
}

fn survey(entries: Vec<TreeEntry>, folders: Option<&BTreeSet<String>>, layout: &Layout) -> Survey {
    let coverage = folders.map_or(Coverage::Whole, |folders| Coverage::Folders(folders.clone()));
    Survey::of(entries, coverage, layout)
}

fn read_files(files: Vec<SeenFile>, blobs: &HashMap<BlobSha, BlobRead>) -> (Vec<(Location, Parsed)>, Vec<Unread>) {
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for file in files {
        let too_large = file.size.filter(|size| *size > MAX_FILE_BYTES);
        let reason = match (too_large, blobs.get(&file.blob)) {
            (Some(size), _) => {
                let parsed = parse::too_large(&file.location, size);
                read.push((file.location, parsed));
                continue;
            }
            (None, Some(BlobRead::Bytes(bytes))) => {
                // One file's misfortune, not that of all that the installation is owed.
                let reading = catch_unwind(AssertUnwindSafe(|| parse::parse(&file.location, bytes, &file.support)));
                if let Ok(parsed) = reading {
                    read.push((file.location, parsed));
                    continue;
                }
                "the reader panicked; please report this file".to_owned()
            }
            (None, Some(BlobRead::Failed(error))) => error.to_string(),
            (None, Some(BlobRead::Missing) | None) => "GitHub does not have its bytes".to_owned(),
        };
        unread.push(Unread { path: file.location.path, reason });
    }
    (read, unread)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(number: usize, size: Option<u64>) -> Vec<SeenFile> {
        let file = |number| SeenFile {
            location: Location::of(&format!(".cursor/rules/r{number}.mdc")).unwrap(),
            blob: BlobSha::of_bytes(b"x"),
            size,
            support: vec![],
            digest: String::new(),
        };
        (0..number).map(file).collect()
    }

    #[test]
    fn what_is_read_of_a_pull_request_is_bounded_in_number_and_bytes() {
        let read = |number, size| affordable(&files(number, size).iter().collect::<Vec<_>>());
        assert_eq!(read(999, Some(1)), 999);
        assert_eq!(read(5_000, Some(1)), 1_000);
        assert_eq!(read(100, Some(1 << 20)), 32);
        assert_eq!(read(100, None), 32, "of unknown size");
        assert_eq!(read(100, Some(2 << 20)), 100, "too large to be fetched");
    }
}
