//! The App: who may read its secrets, whether its key fits, and whether this machine's clock lets GitHub believe it.

use super::finding::{Check, Finding};
use crate::config::{Config, Origin, STORED_APP_FILE, private_file};
use crate::github::{App, GitHub, GitHubError};
use chrono::{TimeDelta, Utc};

/// GitHub takes no signature from a later minute than its own.
const TOO_FAR: TimeDelta = TimeDelta::seconds(55);
const NOTICEABLE: TimeDelta = TimeDelta::seconds(20);

/// `None` where the App is not kept in a file.
pub(super) fn stored_file(config: &Config) -> Option<Finding> {
    if !config.origins.values().any(|origin| *origin == Origin::StoredApp) {
        return None;
    }
    let path = config.data_dir.join(STORED_APP_FILE);
    let name = path.display();
    Some(match private_file::is_open_to_others(&path) {
        Ok(false) => Finding::ok(Check::File, format!("only its owner may read {name}")),
        Ok(true) => {
            let what = format!("others than its owner may read {name}, which holds the App's key");
            Finding::fail(
                Check::File,
                what,
                format!("`chmod 600 {name}`, and make a new key if somebody may have read it"),
            )
        }
        Err(error) => Finding::fail(Check::File, format!("{name}: {error}"), "See to the rights of the data folder"),
    })
}

/// The App as GitHub knows it, if it does.
pub(super) async fn look(github: &GitHub) -> (Vec<Finding>, Option<App>) {
    let (app, theirs) = match github.app_and_time().await {
        Ok(seen) => seen,
        Err(error) => {
            let mend = "Is GITHUB_API_URL right, and does this machine reach it (proxy, firewall, certificates)?";
            let unknown = Finding::skip(Check::Clock, "GitHub does not answer");
            return (vec![Finding::fail(Check::App, error.to_string(), mend), unknown], None);
        }
    };
    let clock = theirs.map_or_else(
        || Finding::skip(Check::Clock, "GitHub's answer has no date"),
        |theirs| clock(Utc::now() - theirs),
    );
    let told = match &app {
        Ok(app) => {
            let name = app.slug.as_deref().unwrap_or(&app.name);
            Finding::ok(Check::App, format!("GitHub knows {name} ({}) by this key", app.id))
        }
        Err(error) => refused(error),
    };
    (vec![told, clock], app.ok())
}

fn refused(error: &GitHubError) -> Finding {
    let mend = match error {
        GitHubError::Unauthorized { .. } => {
            "Is it the id of this App, and one of the keys on its settings page? A wrong clock looks the same"
        }
        GitHubError::NotFound { .. } => "Is GITHUB_API_URL right? GitHub may also have deleted the App",
        _ => "Try again; see GitHub's status page",
    };
    Finding::fail(Check::App, error.to_string(), mend)
}

fn clock(ahead: TimeDelta) -> Finding {
    let way = if ahead < TimeDelta::zero() { "behind" } else { "ahead of" };
    let what = format!("this machine's clock is {} s {way} GitHub's", ahead.abs().num_seconds());
    let mend = "Let it follow a time server (chrony, systemd-timesyncd)";
    match ahead.abs() {
        off if off >= TOO_FAR => Finding::fail(Check::Clock, what, mend),
        off if off >= NOTICEABLE => Finding::warn(Check::Clock, what, mend),
        _ => Finding::ok(Check::Clock, "this machine's clock goes with GitHub's"),
    }
}
