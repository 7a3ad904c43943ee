//! `check_run` and `check_suite`: of all that they tell, only that somebody wants a check once more.

use super::account::Repository;
use super::text::Text;
use super::{Refusal, commit_of};
use crate::model::Event;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    action: Text<'a>,
    #[serde(borrow, alias = "check_suite")]
    check_run: Option<Subject<'a>>,
    #[serde(borrow)]
    repository: Option<Repository<'a>>,
}

#[derive(Debug, Deserialize)]
struct Subject<'a> {
    #[serde(borrow)]
    head_sha: Text<'a>,
}

impl Payload<'_> {
    /// GitHub asks only the App whose check it is.
    pub(super) fn into_event(self, name: &str) -> Result<(Option<String>, Event), Refusal> {
        let action = Some(self.action.kept());
        let (Some(subject), Some(repository), "rerequested") = (self.check_run, self.repository, &*self.action.0)
        else {
            return Ok((action, Event::Nothing));
        };
        let head = commit_of(name, "head_sha", &subject.head_sha)?;
        Ok((action, Event::CheckRerequested { repository: repository.facts().id, head }))
    }
}
