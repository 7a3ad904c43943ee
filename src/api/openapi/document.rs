//! The document.

use super::parameters::TAGS;
use super::{refusals, webhook};
use crate::api::routes;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const ABOUT: &str = "Every answer is `{\"data\": …}`, with `meta` for pages, or `{\"error\": {\"code\", \"message\", \"details\"}}`. \
    Times are RFC 3339 in UTC. What answers `GET` answers `HEAD` too. Send `Authorization: Bearer TOKEN`. The examples can be \
    pasted where `URL`, `TOKEN` and `WORKSPACE` are set: `dotcursor sandbox` prints them. `REPOSITORY`, `RUN`, `TASK`, `LETTER` \
    and `TOKEN_ID` are ids that a list shows; `SECRET` is the webhook's.";

/// The whole document.
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas = BTreeMap::new();
    let mut responses = BTreeMap::from([("not-modified".to_owned(), not_modified())]);
    for endpoint in routes::health_endpoints().into_iter().chain(routes::endpoints()) {
        let operation = (endpoint.operation)();
        let operation = if endpoint.is_repeatable { operation.repeatable() } else { operation };
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let described = operation.describe(&endpoint.method, endpoint.path, endpoint.is_tagged);
        paths.entry(endpoint.path).or_insert_with(|| json!({}))[method] = described;
        responses.extend(refusals::responses(&operation.all_refusals(endpoint.path)));
        schemas.extend(operation.schemas);
    }
    paths.insert(webhook::OPERATION_PATH.to_owned(), json!({"post": webhook::describe()}));
    let tags: Vec<Value> = TAGS.iter().map(|(name, about)| json!({"name": name, "description": about})).collect();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "dotcursor",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "x-error-codes": refusals::codes(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "parameters": {"IfNoneMatch": if_none_match()},
            "headers": {"ETag": entity_tag()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}

fn not_modified() -> Value {
    json!({
        "description": "What `If-None-Match` names still stands.",
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    })
}

fn if_none_match() -> Value {
    json!({
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` of an earlier answer: 304 if it still stands.",
        "schema": {"type": "string"},
    })
}

fn entity_tag() -> Value {
    json!({"description": "Another one whenever the answer is another one.", "schema": {"type": "string"}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_pastes_an_example_is_told_what_to_set() {
        let document = document();
        let methods =
            document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        let examples = methods.filter_map(|operation| operation["x-codeSamples"][0]["source"].as_str());
        let text: String = examples.collect();
        let after_dollar = text.split('$').skip(1);
        let names = after_dollar.map(|rest| rest.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap());
        for name in names.filter(|name| !name.is_empty() && !text.contains(&format!("{name}='"))) {
            assert!(ABOUT.contains(&format!("`{name}`")), "{name} is not explained");
        }
    }
}
