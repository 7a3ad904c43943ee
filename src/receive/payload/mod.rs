//! GitHub's payloads, read once into the few fields that we need; all else in them is passed over unread.
//!
//! In comes the JSON of a delivery whose signature was good, out goes our own [`Event`]. Texts are borrowed from the body
//! where they can be, and made fit for the database when they are kept ([`text`]).

mod account;
mod check;
mod gather;
mod installation;
mod installation_repositories;
mod pull_request;
mod push;
mod repository;
mod text;
mod touched;

use super::refusal::Refusal;
use crate::model::{CommitSha, Event};
use serde::Deserialize;
use serde_json::error::Category;
use text::Text;

/// The `action` of the payload, if it has one, and what it tells. Of an event that we do not know only the action is read.
pub(super) fn read(event: &str, json: &[u8]) -> Result<(Option<String>, Event), Refusal> {
    match event {
        "push" => Ok((None, Event::Push(parse::<push::Payload>(event, json)?.into_push()?))),
        "installation" => Ok(parse::<installation::Payload>(event, json)?.into_event()),
        "installation_repositories" => Ok(parse::<installation_repositories::Payload>(event, json)?.into_event()),
        "repository" => Ok(parse::<repository::Payload>(event, json)?.into_event()),
        "check_run" | "check_suite" => parse::<check::Payload>(event, json)?.into_event(event),
        "pull_request" => parse::<pull_request::Payload>(event, json)?.into_event(),
        _ => Ok((parse::<Unknown>(event, json)?.action.map(|action| action.kept()), Event::Nothing)),
    }
}

/// `ping`, or an event that we do not know.
#[derive(Deserialize)]
struct Unknown<'a> {
    #[serde(borrow)]
    action: Option<Text<'a>>,
}

fn parse<'a, T: Deserialize<'a>>(event: &str, json: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(json).map_err(|error| match error.classify() {
        Category::Data => malformed(event, &error),
        Category::Syntax | Category::Eof | Category::Io => Refusal::NotJson(error.to_string()),
    })
}

/// A commit that a payload must name.
fn commit_of(event: &str, field: &str, text: &Text<'_>) -> Result<CommitSha, Refusal> {
    CommitSha::new(&text.0).map_err(|error| malformed(event, &format!("{field}: {error}")))
}

/// The problem may quote the payload, so it is cut short.
fn malformed(event: &str, problem: &impl ToString) -> Refusal {
    Refusal::NotThatEvent { event: event.to_owned(), problem: problem.to_string().chars().take(200).collect() }
}

#[cfg(test)]
mod tests;
