//! Looks an installation over: what is wrong with it, and how to mend that.
//!
//! In comes the configuration, out come findings, one for each thing that was looked at. Nothing is changed: no table is made,
//! nothing is published, GitHub is only read. One thing that fails keeps no other from being looked at.

mod app;
mod back_ends;
mod finding;
mod grants;
mod quota;
mod reach;
mod webhook;

pub use finding::{Check, Finding, State};

use crate::config::{AppConfig, Config};
use crate::github::{GitHub, GitHubConfig};

/// Everything, in the order in which one thing needs another.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let (mut findings, of_github) = tokio::join!(back_ends::look(config), github(config));
    findings.extend(of_github);
    findings
}

async fn github(config: &Config) -> Vec<Finding> {
    let Some(app) = &config.app else {
        let mend = "Open the address that `dotcursor serve` prints, or set GITHUB_APP_ID, GITHUB_PRIVATE_KEY and \
            GITHUB_WEBHOOK_SECRET";
        return without(Finding::fail(Check::App, "there is no GitHub App yet", mend), "there is no App");
    };
    let mut findings: Vec<Finding> = app::stored_file(config).into_iter().collect();
    match client(app) {
        Ok(github) => findings.extend(of_app(config, &github).await),
        Err(error) => {
            let mend = "Give the .pem file of the App's private key as GITHUB_PRIVATE_KEY";
            findings
                .extend(without(Finding::fail(Check::App, error.to_string(), mend), "the App's key cannot be used"));
        }
    }
    findings
}

fn client(app: &AppConfig) -> Result<GitHub, crate::github::GitHubError> {
    GitHub::new(&GitHubConfig::new(app.id, app.private_key.clone(), app.api_url.clone()))
}

async fn of_app(config: &Config, github: &GitHub) -> Vec<Finding> {
    let (mut findings, app) = app::look(github).await;
    let Some(app) = app else {
        findings.extend(skipped("GitHub does not know the App by this key"));
        return findings;
    };
    findings.extend(grants::of_app(&app));
    let (installations, webhook) = tokio::join!(github.granting_installations(), webhook::look(config, github));
    match installations {
        Ok(installations) => {
            findings.extend(grants::of_installations(&installations));
            findings.extend(quota::look(github, &installations).await);
        }
        Err(error) => {
            findings.push(Finding::fail(
                Check::Installations,
                error.to_string(),
                "Try again; see GitHub's status page",
            ));
            findings.push(Finding::skip(Check::Quota, "the installations are not known"));
        }
    }
    findings.extend(webhook);
    findings
}

/// What is wrong with the App keeps everything else of it from being looked at.
fn without(trouble: Finding, why: &str) -> Vec<Finding> {
    [trouble, Finding::skip(Check::Clock, why)].into_iter().chain(skipped(why)).collect()
}

/// What cannot be looked at without an App.
fn skipped(why: &str) -> impl Iterator<Item = Finding> + use<'_> {
    let needing = [
        Check::Permissions,
        Check::Events,
        Check::Installations,
        Check::Quota,
        Check::Webhook,
        Check::Reach,
        Check::Deliveries,
    ];
    needing.into_iter().map(move |check| Finding::skip(check, why))
}
