//! One check run is written: found if it is there, made if not, fifty annotations at a time, the conclusion last.

use super::core::Core;
use super::teller::TellError;
use crate::github::{CheckRun, CheckSeen, GitHubError, InstallationClient, RepositoryRef};
use crate::hold::{self, Point};
use crate::model::{Annotation, Conclusion, Report, RepositoryId};
use crate::store::checks::CheckDebt;
use sha2::{Digest, Sha256};

const NAME: &str = "dotcursor";
/// GitHub takes no more in one request.
const ANNOTATIONS_AT_ONCE: usize = 50;

/// What GitHub shows now.
#[derive(Debug)]
pub(super) struct Written {
    pub run: i64,
    /// Digest of its annotations.
    pub annotated: String,
}

struct Writer<'a> {
    core: &'a Core,
    debt: &'a CheckDebt,
    report: &'a Report,
    client: InstallationClient,
    repository: RepositoryRef,
    details_url: Option<String>,
}

/// Has GitHub show all of the report.
pub(super) async fn write(core: &Core, debt: &CheckDebt, report: &Report) -> Result<Written, TellError> {
    Writer::new(core, debt, report).write().await
}

/// Ends what GitHub shows of the check, if it shows anything. The annotations stay where they are.
pub(super) async fn end(core: &Core, debt: &CheckDebt, report: &Report) -> Result<(), TellError> {
    let (writer, generation) = (Writer::new(core, debt, report), debt.check.generation);
    match writer.there(generation).await? {
        Some(there) => writer.pieces(generation, Some(there)).await.map(drop),
        None => Ok(()),
    }
}

impl<'a> Writer<'a> {
    fn new(core: &'a Core, debt: &'a CheckDebt, report: &'a Report) -> Self {
        let (id, full_name) = (RepositoryId::new(debt.repository.id), debt.repository.full_name.clone());
        Self {
            core,
            debt,
            report,
            client: core.github.installation(debt.installation()),
            repository: RepositoryRef { id, full_name },
            details_url: core.desk.status(&debt.repository.workspace_id),
        }
    }

    async fn write(&self) -> Result<Written, TellError> {
        let wanted = digest(&self.report.annotations);
        let generation = self.generation(&wanted);
        let there = self.there(generation).await?;
        let written = self.pieces(generation, there).await;
        let run = match written {
            // Nobody has it any more: another one takes its place.
            Err(TellError::GitHub(GitHubError::NotFound { .. })) if there.is_some() => {
                self.pieces(generation + 1, None).await?
            }
            written => written?,
        };
        Ok(Written { run, annotated: wanted })
    }

    /// GitHub only adds annotations: a run that has others than these gives way to a new one of the same name.
    fn generation(&self, wanted: &str) -> i32 {
        let check = &self.debt.check;
        let has_others = check.annotated.as_ref().is_some_and(|has| has != wanted && *has != digest(&[]));
        check.generation + i32::from(has_others && !check.unsure)
    }

    /// The run of this generation, with as many annotations as it has.
    async fn there(&self, generation: i32) -> Result<Option<CheckSeen>, TellError> {
        let check = &self.debt.check;
        if check.unsure {
            let id = self.external_id(generation);
            return Ok(self.client.find_check(&self.repository, &self.piece(&id, &[], None)).await?);
        }
        let same = check.run_id.filter(|_| generation == check.generation);
        let has_all = check.annotated.as_ref().is_some_and(|has| *has == digest(&self.report.annotations));
        let annotations = if has_all { self.report.annotations.len() } else { 0 };
        Ok(same.map(|id| CheckSeen { id, annotations }))
    }

    /// Writes what is not there yet, and the conclusion with the last of it; returns GitHub's number.
    async fn pieces(&self, generation: i32, there: Option<CheckSeen>) -> Result<i64, TellError> {
        let id = self.external_id(generation);
        let mut rest = self.report.annotations.get(there.map_or(0, |run| run.annotations)..).unwrap_or_default();
        let mut run = there.map(|run| run.id);
        loop {
            let (some, more) = rest.split_at(rest.len().min(ANNOTATIONS_AT_ONCE));
            let piece = self.piece(&id, some, more.is_empty().then_some(self.report.conclusion));
            self.core.store.begin_write(self.debt, generation).await?;
            let number = match run {
                Some(number) => self.client.update_check(&self.repository, number, &piece).await.map(|()| number)?,
                None => self.client.create_check(&self.repository, &piece).await?,
            };
            hold::point(Point::CheckWritten, self.repository.id).await;
            if more.is_empty() {
                return Ok(number);
            }
            (run, rest) = (Some(number), more);
        }
    }

    fn piece<'p>(
        &'p self,
        external_id: &'p str,
        annotations: &'p [Annotation],
        conclusion: Option<Conclusion>,
    ) -> CheckRun<'p> {
        CheckRun {
            name: NAME,
            head: &self.debt.check.head_sha,
            external_id,
            details_url: self.details_url.as_deref(),
            conclusion,
            title: &self.report.title,
            summary: &self.report.summary,
            annotations,
        }
    }

    fn external_id(&self, generation: i32) -> String {
        format!("{}.{generation}", self.debt.check.id)
    }
}

fn digest(annotations: &[Annotation]) -> String {
    // A list of plain texts and numbers is always JSON.
    hex::encode(Sha256::digest(serde_json::to_vec(annotations).unwrap_or_default()))
}
