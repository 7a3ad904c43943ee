//! What is left of the quota of each installation. That a token is given out at all shows here too.

use super::finding::{Check, Finding};
use crate::github::{GitHub, GitHubError, Installation, RateLimit};
use crate::model::time::rfc3339;
use futures::StreamExt;
use futures::stream;

/// Each costs a token; of more than these the first are asked.
const MOST: usize = 50;
const AT_ONCE: usize = 5;
/// A tenth.
const LITTLE: u64 = 10;

/// A line for each installation that runs short, or one that says that none does.
pub(super) async fn look(github: &GitHub, installations: &[Installation]) -> Vec<Finding> {
    let live: Vec<&Installation> = installations.iter().filter(|it| !it.suspended).collect();
    let asked = live.iter().take(MOST).map(|it| of(github, it));
    let all: Vec<Finding> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    let (fine, troubles): (Vec<_>, Vec<_>) = all.into_iter().partition(|finding| !finding.is_trouble());
    if !troubles.is_empty() {
        return troubles;
    }
    let what = match (fine.as_slice(), live.len()) {
        ([], _) => return vec![Finding::skip(Check::Quota, "there is no installation that syncs")],
        ([only], 1) => only.what.clone(),
        (some, all) => format!("{} of {all} installations asked, each has a tenth left at least", some.len()),
    };
    vec![Finding::ok(Check::Quota, what)]
}

async fn of(github: &GitHub, installation: &Installation) -> Finding {
    let (check, account) = (Check::Quota, &installation.account);
    match github.installation(installation.id).rate_limit().await {
        Ok(None) => Finding::ok(check, format!("{account}: GitHub limits nothing")),
        Ok(Some(RateLimit { limit, remaining, reset })) => {
            let what = format!("{account}: {remaining} of {limit} calls are left until {}", rfc3339(reset));
            let mend = "Wait: what a person asks for goes first. What else uses this installation's token?";
            match remaining {
                0 => Finding::fail(check, what, mend),
                some if some.saturating_mul(LITTLE) < limit => Finding::warn(check, what, mend),
                _ => Finding::ok(check, what),
            }
        }
        Err(error @ GitHubError::RateLimited { .. }) => {
            Finding::fail(check, format!("{account}: {error}"), "Wait until then")
        }
        Err(error) => Finding::fail(check, format!("{account}: {error}"), "Try again; see GitHub's status page"),
    }
}
