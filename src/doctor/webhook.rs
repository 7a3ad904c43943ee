//! How GitHub sends webhooks, whether the address leads here, and what came of the last ones.

use super::finding::{Check, Finding};
use super::reach;
use crate::config::Config;
use crate::github::{GitHub, GitHubError, HookConfig};
use crate::model::ListedDelivery;
use crate::model::time::rfc3339;
use crate::receive;
use std::collections::HashSet;
use url::{Host, Url};

const SETTINGS: &str = "on the App's settings page, under Webhook";

pub(super) async fn look(config: &Config, github: &GitHub) -> Vec<Finding> {
    let (hook, deliveries) = tokio::join!(github.hook_config(), github.deliveries(None));
    let deliveries = match deliveries {
        Ok(page) => outcome(&page.deliveries),
        Err(error) => Finding::fail(Check::Deliveries, error.to_string(), "Try again; see GitHub's status page"),
    };
    let hook = match hook {
        Ok(hook) => hook,
        Err(error) => {
            let (what, mend) = match error {
                GitHubError::NotFound { .. } => ("the App has no webhook".into(), format!("Make it active {SETTINGS}")),
                error => (error.to_string(), "Try again; see GitHub's status page".to_owned()),
            };
            let unknown = Finding::skip(Check::Reach, "the address is not known");
            return vec![Finding::fail(Check::Webhook, what, mend), unknown, deliveries];
        }
    };
    let reached = match &hook.url {
        Some(url) => reach::look(url).await,
        None => Finding::skip(Check::Reach, "there is no address"),
    };
    vec![settings(config, &hook), reached, deliveries]
}

fn settings(config: &Config, hook: &HookConfig) -> Finding {
    let check = Check::Webhook;
    let fail = |what: &str, mend: &str| Finding::fail(check, what, format!("{mend} {SETTINGS}"));
    let warn = |what: String, mend: &str| Finding::warn(check, what, format!("{mend} {SETTINGS}"));
    let Some(url) = &hook.url else {
        return fail("GitHub has no address to send to", "Enter this server's, ending in /webhooks/github,");
    };
    if !hook.has_secret {
        return fail("GitHub signs nothing: everything is refused here", "Set the secret of GITHUB_WEBHOOK_SECRET");
    }
    let content_type = hook.content_type.as_deref().unwrap_or("form");
    if !matches!(content_type, "json" | "form") {
        return fail("GitHub sends in a form that is not known here", "Choose application/json");
    }
    if let Some(expected) = expected(config).filter(|expected| expected != url) {
        return warn(format!("GitHub sends to {url}, this server is at {expected}"), "Enter the latter");
    }
    if hook.insecure_ssl {
        return warn("GitHub sends whatever certificate it is shown".to_owned(), "Enable SSL verification");
    }
    if url.scheme() != "https" && !is_local(url) {
        return warn(format!("GitHub sends to {url}, readable on its way"), "Enter an address with https://");
    }
    Finding::ok(check, format!("GitHub sends signed {content_type} to {url}"))
}

/// GitHub's own word: without an answer there is no status that would tell.
fn is_ok(attempt: &ListedDelivery) -> bool {
    attempt.status.starts_with("OK ")
}

/// Nothing is readable on a way that does not leave the machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

/// Where it would lead here, as far as that is known.
fn expected(config: &Config) -> Option<Url> {
    let base = config.http.public_url.as_ref()?.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}{}", receive::PATH)).ok()
}

fn outcome(attempts: &[ListedDelivery]) -> Finding {
    let check = Check::Deliveries;
    let Some(last) = attempts.first() else {
        return Finding::ok(check, "GitHub has sent nothing in the last days");
    };
    // Sent again, a delivery has the same GUID.
    let arrived: HashSet<&str> = attempts.iter().filter(|it| is_ok(it)).map(|it| it.id.0.as_str()).collect();
    let failed: Vec<_> = attempts.iter().filter(|it| !arrived.contains(it.id.0.as_str())).collect();
    let Some(newest) = failed.first() else {
        return Finding::ok(check, format!("the last {} arrived", attempts.len()));
    };
    let what = format!(
        "{} of the last {} failed, most recently {} at {}: {}",
        failed.len(),
        attempts.len(),
        newest.event,
        rfc3339(newest.delivered_at),
        newest.status,
    );
    let mend = "See their answers on the App's settings page, under Advanced; what was lost is found by the next sync";
    if is_ok(last) { Finding::warn(check, what, mend) } else { Finding::fail(check, what, mend) }
}
