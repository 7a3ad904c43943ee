//! What stands in paths. A name that is new here is new to readers too: it gets its line in [`of`].

use crate::api::answer::SAMPLE_ID;
use crate::model::Kind;
use serde_json::{Value, json};

pub(super) struct PathParameter {
    name: &'static str,
    about: &'static str,
    schema: Value,
    example: Value,
    /// As the example's command has it.
    shell: &'static str,
}

/// The parameters of a path in their order.
pub(super) fn of(path: &'static str) -> Vec<PathParameter> {
    let parts: Vec<&str> = path.split('/').collect();
    let pairs = parts.windows(2).filter_map(|pair| Some((pair[0], pair[1].strip_prefix('{')?.strip_suffix('}')?)));
    pairs.map(|(before, name)| parameter(before, name)).collect()
}

fn parameter(before: &'static str, name: &'static str) -> PathParameter {
    let text = |about, example: &str, shell| PathParameter {
        name,
        about,
        schema: json!({"type": "string"}),
        example: json!(example),
        shell,
    };
    let number = |about| PathParameter {
        name,
        about,
        schema: json!({"type": "integer", "format": "int32", "minimum": 1}),
        example: json!(1),
        shell: "1",
    };
    match (before, name) {
        ("workspaces", "id") => text("The id of a workspace.", SAMPLE_ID, "$WORKSPACE"),
        ("runs", "id") => text("The id of a run.", SAMPLE_ID, "$RUN"),
        ("dead-letters", "id") => text("The id of a dead letter.", "0f3c2b1a09f8e7d6a7f8d9e6c5b4a392", "$LETTER"),
        (_, "task") => text("The id of an open task.", SAMPLE_ID, "$TASK"),
        ("tokens", "id") => text("The id of a token.", SAMPLE_ID, "$TOKEN_ID"),
        ("repositories", "repository") => PathParameter {
            schema: json!({"type": "integer", "format": "int64"}),
            example: json!(1),
            ..text("GitHub's number of a repository.", "", "$REPOSITORY")
        },
        ("repositories", "owner") => text("The account of a repository.", "octo", "local"),
        (_, "repo") => text("The name of a repository.", "repo", "sample"),
        (_, "kind") => {
            let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.plural()).collect();
            let schema = json!({"type": "string", "enum": kinds});
            PathParameter { schema, ..text("A kind of definition.", "rules", "rules") }
        }
        (_, "name") => text("The name of a definition, or its id.", "style", "style"),
        (_, "version") => number("The number of a version."),
        (_, "other") => number("The number of the version that it is held against."),
        _ => text("", "", ""),
    }
}

impl PathParameter {
    pub(super) fn describe(&self) -> Value {
        json!({
            "name": self.name,
            "in": "path",
            "required": true,
            "description": self.about,
            "schema": self.schema,
            "example": self.example,
        })
    }

    /// Puts it into a path.
    pub(super) fn fill(&self, path: &str) -> String {
        path.replacen(&format!("{{{}}}", self.name), self.shell, 1)
    }
}

/// The heading that a path stands under.
pub(super) fn tag(path: &str) -> &'static str {
    let has = |part: &str| path.split('/').any(|one| one == part);
    if !path.starts_with("/api/") && !has("auth") {
        "Service"
    } else if ["sync", "runs", "tasks", "dead-letters", "deliveries"].into_iter().any(has) {
        "Sync"
    } else if has("{kind}") || has("graph") {
        "Definitions"
    } else if has("tokens") || has("audit") || has("auth") {
        "Access"
    } else {
        "Workspaces"
    }
}

/// All headings, in the order of the page.
pub(super) const TAGS: [(&str, &str); 5] = [
    ("Definitions", "Agents, commands, rules and skills, their history, and what they say of each other."),
    ("Workspaces", "What definitions belong to, and the wall between tenants."),
    ("Sync", "What is in sync with git, what is under way, and what is in the way."),
    ("Access", "Who may do what, and who did what."),
    ("Service", "For machines that watch the process, and for GitHub."),
];
