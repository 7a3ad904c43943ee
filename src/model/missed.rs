//! Webhooks that GitHub sent and that never came.

use super::{DeliveryId, InstallationId, RepositoryId};
use chrono::NaiveDateTime;
use std::collections::HashSet;

/// One attempt at a delivery, as GitHub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDelivery {
    /// The same for all attempts.
    pub id: DeliveryId,
    /// GitHub's number of the attempt.
    pub attempt: i64,
    pub event: String,
    pub action: Option<String>,
    pub installation: Option<InstallationId>,
    pub repository: Option<RepositoryId>,
    /// In GitHub's words, with the code of the answer: `OK (202)`, `timed out (0)`.
    pub status: String,
    pub delivered_at: NaiveDateTime,
}

/// What is done about one that never came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// GitHub is asked to send it again.
    Asked,
    /// Its repository is looked at: of many pushes that were missed the newest alone is asked for.
    Looked,
    /// Its installation is held against what GitHub lists now. Sent again, it would tell of what was, perhaps after what came later.
    Reconciled,
}

/// Actions of pull requests that are told to nobody but by their webhook.
const PULLS: [&str; 4] = ["opened", "synchronize", "reopened", "edited"];

impl Remedy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Looked => "looked",
            Self::Reconciled => "reconciled",
        }
    }
}

/// What to do about deliveries of one page, newest first.
#[derive(Debug, Default)]
pub struct Remedies {
    pushed: HashSet<Option<RepositoryId>>,
}

impl Remedies {
    /// `None` where nothing would come of it: every step of every check of other programs is an event, and asking for all of
    /// an outage would use up the calls that tokens are made with.
    pub fn of(&mut self, missed: &ListedDelivery) -> Option<Remedy> {
        let action = missed.action.as_deref().unwrap_or_default();
        match missed.event.as_str() {
            "push" if self.pushed.insert(missed.repository) => Some(Remedy::Asked),
            "push" => Some(Remedy::Looked),
            "installation" | "installation_repositories" | "installation_target" | "repository" => {
                Some(Remedy::Reconciled)
            }
            "check_run" | "check_suite" if action == "rerequested" => Some(Remedy::Asked),
            "pull_request" if PULLS.contains(&action) => Some(Remedy::Asked),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(event: &str, action: &str, repository: i64) -> ListedDelivery {
        ListedDelivery {
            id: DeliveryId("1".into()),
            attempt: 1,
            event: event.into(),
            action: Some(action.into()),
            installation: None,
            repository: Some(RepositoryId::new(repository)),
            status: "timed out (0)".into(),
            delivered_at: super::super::time::now(),
        }
    }

    #[test]
    fn of_many_pushes_the_newest_is_asked_for() {
        let mut remedies = Remedies::default();
        let listed = [("push", 1), ("push", 2), ("push", 1), ("repository", 1)];
        let found =
            listed.map(|(event, repository)| remedies.of(&missed(event, "", repository)).map_or("", Remedy::as_str));
        assert_eq!(found, ["asked", "asked", "looked", "reconciled"]);
    }

    #[test]
    fn what_leads_to_nothing_is_not_asked_for() {
        let asked = |event, action| Remedies::default().of(&missed(event, action, 1)).is_some();
        assert!(asked("check_run", "rerequested") && asked("check_suite", "rerequested"));
        assert!(asked("pull_request", "synchronize") && asked("pull_request", "edited"));
        for (event, action) in [
            ("check_run", "completed"),
            ("check_run", "created"),
            ("check_suite", "requested"),
            ("pull_request", "labeled"),
            ("ping", ""),
            ("star", "created"),
        ] {
            assert!(!asked(event, action), "{event} {action}");
        }
    }
}
