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
    pub fn of(&mut self, missed: &ListedDelivery) -> Remedy {
        match missed.event.as_str() {
            "push" if self.pushed.insert(missed.repository) => Remedy::Asked,
            "push" => Remedy::Looked,
            "installation" | "installation_repositories" | "installation_target" | "repository" => Remedy::Reconciled,
            _ => Remedy::Asked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(event: &str, repository: i64) -> ListedDelivery {
        ListedDelivery {
            id: DeliveryId("1".into()),
            attempt: 1,
            event: event.into(),
            action: None,
            installation: None,
            repository: Some(RepositoryId::new(repository)),
            status: "timed out (0)".into(),
            delivered_at: super::super::time::now(),
        }
    }

    #[test]
    fn of_many_pushes_the_newest_is_asked_for() {
        let mut remedies = Remedies::default();
        let listed = [("push", 1), ("push", 2), ("push", 1), ("check_run", 1), ("repository", 1)];
        let found = listed.map(|(event, repository)| remedies.of(&missed(event, repository)).as_str());
        assert_eq!(found, ["asked", "asked", "looked", "asked", "reconciled"]);
    }
}
