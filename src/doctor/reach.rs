//! Whether the address that GitHub sends to leads to this program, as seen from here: by a request that is refused by design.

use super::finding::{Check, Finding};
use serde_json::Value;
use std::error::Error;
use std::time::Duration;
use url::Url;

/// GitHub's own.
const PATIENCE: Duration = Duration::from_secs(10);
/// An answer of ours is a line.
const LONGEST: usize = 64 * 1024;
/// What this program says to a request that is no POST.
const OURS: &str = "method-not-allowed";

pub(super) async fn look(url: &Url) -> Finding {
    let check = Check::Reach;
    let mend = "Is the server up, and do its name, its port and its proxy lead to the process with the role receiver?";
    match answer(url).await {
        Ok((_, code)) if code == OURS => Finding::ok(check, format!("{url} leads here, as seen from this machine")),
        Ok((status, code)) if code == "not-set-up" => {
            let what = format!("the server at {url} runs without an App (status {status})");
            Finding::fail(check, what, "Start it with the same configuration as this command")
        }
        Ok((status, _)) => Finding::fail(check, format!("something else answers at {url}, with status {status}"), mend),
        Err(reason) => Finding::fail(check, format!("{url} cannot be reached from this machine: {reason}"), mend),
    }
}

/// The status, and the code of an error in our own form.
async fn answer(url: &Url) -> Result<(u16, String), String> {
    let told = |error: reqwest::Error| {
        let mut cause: &dyn Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        cause.to_string()
    };
    let none = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().redirect(none).timeout(PATIENCE).build().map_err(told)?;
    let mut response = client.get(url.clone()).send().await.map_err(told)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while body.len() < LONGEST {
        match response.chunk().await.map_err(told)? {
            Some(chunk) => body.extend_from_slice(&chunk),
            None => break,
        }
    }
    // What is no JSON is not ours.
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    Ok((status, body["error"]["code"].as_str().unwrap_or_default().to_owned()))
}
