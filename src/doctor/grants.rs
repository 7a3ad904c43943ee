//! What the App may do and hear of, against what it needs: by its own settings, and in each installation.

use super::finding::{Check, Finding};
use crate::github::{App, Grants, Installation, wanted_events, wanted_permissions};

/// Without these nothing is synced; without the others owners are told less.
const NEEDED: [&str; 3] = ["contents", "metadata", "push"];

/// What is not granted, as people call it.
struct Missing {
    permissions: Vec<String>,
    events: Vec<String>,
}

impl Missing {
    fn of(grants: &Grants) -> Self {
        let wanted = wanted_permissions().into_iter();
        let lacking = wanted.filter(|(name, access)| rank(grants.permissions.get(name)) < rank(Some(access)));
        Self {
            permissions: lacking.map(|(name, access)| format!("{name}: {access}")).collect(),
            events: wanted_events().difference(&grants.events).cloned().collect(),
        }
    }
}

/// How much may be done.
fn rank(access: Option<&String>) -> u8 {
    match access.map(String::as_str) {
        Some("read") => 1,
        Some("write") => 2,
        Some("admin") => 3,
        _ => 0,
    }
}

pub(super) fn of_app(app: &App) -> [Finding; 2] {
    let Missing { permissions, events } = Missing::of(&app.grants);
    let settings = "on the App's settings page, under Permissions & events";
    [
        told(Check::Permissions, "the App asks for", &permissions, &format!("Add it {settings}; owners then confirm")),
        told(Check::Events, "the App hears of", &events, &format!("Subscribe to it {settings}")),
    ]
}

/// A line for each installation with something missing, or one that says that there is none.
pub(super) fn of_installations(installations: &[Installation]) -> Vec<Finding> {
    let check = Check::Installations;
    if installations.is_empty() {
        let mend = "Install the App on an account, from its page on GitHub";
        return vec![Finding::warn(check, "the App is installed nowhere", mend)];
    }
    let troubles: Vec<Finding> = installations.iter().filter_map(of_installation).collect();
    if troubles.is_empty() {
        let number = installations.len();
        return vec![Finding::ok(check, format!("{number} installed, with everything that is asked for"))];
    }
    troubles
}

fn of_installation(installation: &Installation) -> Option<Finding> {
    let (check, account) = (Check::Installations, &installation.account);
    if installation.suspended {
        let mend = "Its owner resumes it in GitHub's settings, under Applications";
        return Some(Finding::warn(check, format!("{account} has suspended it: nothing is synced there"), mend));
    }
    let Missing { mut permissions, events } = Missing::of(&installation.grants);
    permissions.extend(events);
    let mend = "Its owner confirms the App's request in GitHub's settings, under Applications";
    let found = told(check, &format!("{account} grants"), &permissions, mend);
    found.is_trouble().then_some(found)
}

fn told(check: Check, who: &str, missing: &[String], mend: &str) -> Finding {
    if missing.is_empty() {
        return Finding::ok(check, format!("{who} all that is needed"));
    }
    let what = format!("{who} too little: {} is missing", missing.join(", "));
    let needed = missing.iter().any(|one| NEEDED.contains(&one.split(':').next().unwrap_or_default()));
    if needed { Finding::fail(check, what, mend) } else { Finding::warn(check, what, mend) }
}
