//! Notices commits in the repositories on disk, as GitHub would notice a push.

use super::git::Fingerprint;
use super::state::Hub;
use super::webhook::{Move, emit, moves_since_last_look, push_event};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Looks at every repository again and again, until the task is ended.
pub async fn watch(hub: Arc<Hub>, every: Duration) {
    let mut seen: HashMap<i64, Fingerprint> = HashMap::new();
    loop {
        let repositories: Vec<_> =
            hub.state().repositories.values().map(|repository| (repository.id, repository.git.clone())).collect();
        for (id, git) in repositories {
            let Ok(now) = tokio::task::spawn_blocking(move || Fingerprint::take(&git)).await else { continue };
            // Taken before git is asked, so that a commit in between is met at the next look.
            if seen.insert(id, now) == Some(now) {
                continue;
            }
            for moved in moves(&hub, id).await {
                let hub = hub.clone();
                hub.runtime.clone().spawn(async move { announce(&hub, id, moved).await });
            }
        }
        tokio::time::sleep(every).await;
    }
}

/// The refs of a repository that moved since somebody last looked. An unreadable repository has none, and is told of.
pub async fn moves(hub: &Arc<Hub>, repository: i64) -> Vec<Move> {
    let shared = hub.clone();
    let found = tokio::task::spawn_blocking(move || moves_since_last_look(&shared, repository)).await;
    found.unwrap_or_else(|_| Ok(Vec::new())).unwrap_or_else(|error| {
        tracing::warn!(repository, error = %error, "a repository on disk could not be read");
        Vec::new()
    })
}

/// Makes the push event of a move and lets it go its way; its GUID, if there was anything to tell.
pub async fn announce(hub: &Arc<Hub>, repository: i64, moved: Move) -> Option<String> {
    let shared = hub.clone();
    let event = tokio::task::spawn_blocking(move || {
        let hosted = shared.state().repositories.get(&repository).cloned()?;
        let is_deaf = shared.state().installations.get(&hosted.installation)?.suspended_at.is_some();
        if is_deaf { None } else { Some(push_event(&shared, &hosted, &moved)) }
    });
    match event.await.ok()?? {
        Ok(event) => Some(emit(hub, event).await),
        Err(error) => {
            tracing::warn!(repository, error = %error, "a push could not be told");
            None
        }
    }
}
