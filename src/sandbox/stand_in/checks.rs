//! What people do with checks and pull requests. Git itself is left alone: `refs/pull/N/head` is made by whoever owns the
//! repository on disk.

use super::{StandIn, StandInError};
use crate::sandbox::state::HostedRepository;
use crate::sandbox::webhook::{PullSpec, check_run_event, check_suite_event, emit, pull_request_event};

impl StandIn {
    /// Somebody asks for a check run once more.
    pub async fn rerequest_check_run(&self, run: i64) -> Result<String, StandInError> {
        let unknown = || StandInError::Unknown { what: "check run", id: run.to_string() };
        let run = self.hub.state().check_runs.get(&run).cloned().ok_or_else(unknown)?;
        let repository = self.repository(run.repository)?;
        Ok(emit(&self.hub, check_run_event(&self.hub, &repository, &run)).await)
    }

    /// Somebody asks for all checks of a commit once more.
    pub async fn rerequest_check_suite(&self, repository: i64, head: &str) -> Result<String, StandInError> {
        let repository = self.repository(repository)?;
        let unknown = || StandInError::Unknown { what: "commit", id: head.to_owned() };
        let head = repository.git.commit(head)?.ok_or_else(unknown)?;
        Ok(emit(&self.hub, check_suite_event(&self.hub, &repository, &head)).await)
    }

    /// Tells what happened to a pull request whose head is at `refs/pull/N/head`.
    pub async fn pull_request(&self, repository: i64, spec: PullSpec) -> Result<String, StandInError> {
        let repository = self.repository(repository)?;
        let head = commit(&repository, &format!("refs/pull/{}/head", spec.number))?;
        let base = commit(&repository, &format!("refs/heads/{}", spec.base))?;
        Ok(emit(&self.hub, pull_request_event(&self.hub, &repository, &spec, &head, &base)).await)
    }
}

fn commit(repository: &HostedRepository, name: &str) -> Result<String, StandInError> {
    let found = repository.resolve_commit(name)?;
    found.map(|found| found.oid).ok_or_else(|| StandInError::Unknown { what: "ref", id: name.to_owned() })
}
