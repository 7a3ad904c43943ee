//! The document and the routes are the same, and the document leaves nobody alone with a guess.

use super::agreement::{DOCUMENT, resolved};
use super::registry::{ADMIN, Registry};
use crate::support::Database;
use actix_web::http::Method;
use serde_json::{Map, Value};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Paths of the document, with their operations.
fn paths() -> impl Iterator<Item = (&'static String, &'static Map<String, Value>)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().map(|(path, operations)| (path, operations.as_object().unwrap()))
}

fn operations() -> impl Iterator<Item = (String, &'static Value)> {
    paths().flat_map(|(path, operations)| {
        operations.iter().map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    })
}

/// Asked of the server itself: it takes a method where the document names it, and nowhere else.
pub async fn every_route_is_in_the_document_and_no_other(database: Database) {
    let registry = Registry::open(database).await;
    // Another stage serves the webhooks.
    for (path, operations) in paths().filter(|(path, _)| *path != dotcursor::receive::PATH) {
        for method in METHODS {
            let asked = path.replace("{kind}", "rules").replace(['{', '}'], "");
            let answer = registry.ask(method.clone(), &asked, Some(ADMIN)).await;
            let is_known = operations.contains_key(&method.as_str().to_lowercase());
            assert_eq!(answer.status != 405, is_known, "{method} {path}: {}", answer.body);
        }
    }
    for endpoint in dotcursor::api::endpoints() {
        let method = endpoint.method.as_str().to_lowercase();
        assert!(DOCUMENT["paths"][endpoint.path][&method].is_object(), "{method} {} is in the document", endpoint.path);
    }
}

#[test]
fn every_operation_says_what_it_takes_and_answers() {
    let mut ids = std::collections::BTreeSet::new();
    for (name, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{name}: {id} is the id of one operation only");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{name} has a summary");
        assert!(operation["x-codeSamples"][0]["source"].as_str().unwrap().contains("curl"), "{name} has an example");
        for parameter in operation["parameters"].as_array().unwrap().iter().map(resolved) {
            let described = parameter["description"].as_str().is_some_and(|text| !text.is_empty());
            let spoken =
                described || ["source", "syncStatus", "pageSize"].contains(&parameter["name"].as_str().unwrap());
            assert!(spoken, "{name}: what is {}?", parameter["name"]);
        }
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with(['2', '3'])), "{name} can go well");
        for (status, answer) in answers {
            for (content_type, content) in resolved(answer)["content"].as_object().into_iter().flatten() {
                let has_example = !content["example"].is_null() || !content["examples"].is_null();
                assert!(has_example, "{name} {status} {content_type} has an example");
            }
        }
        let is_open = operation["security"].as_array().unwrap().is_empty();
        let statuses: &[&str] = if is_open { &[] } else { &["401", "500", "503"] };
        assert!(statuses.iter().all(|status| answers.contains_key(*status)), "{name} tells its errors");
        assert!(!name.contains('{') || answers.contains_key("404"), "{name}: not found");
    }
}

#[test]
fn examples_are_as_their_schemas_say() {
    for (name, operation) in operations() {
        let answers = operation["responses"].as_object().unwrap().values().map(resolved);
        let bodies = answers.chain(operation.get("requestBody"));
        for content in bodies.filter_map(|body| body["content"].as_object()).flat_map(Map::values) {
            let root = serde_json::json!({"components": DOCUMENT["components"], "allOf": [content["schema"]]});
            let validator = jsonschema::validator_for(&root).unwrap();
            let named = content["examples"].as_object().into_iter().flat_map(Map::values).map(|one| &one["value"]);
            for example in content.get("example").into_iter().chain(named) {
                validator.validate(example).unwrap_or_else(|error| panic!("{name}: {error}\n{example:#}"));
            }
        }
    }
}

/// A field that nobody reads is a mistake of whoever sends it, and is told.
#[test]
fn no_request_takes_a_field_that_it_does_not_know() {
    for (name, operation) in operations() {
        for content in operation["requestBody"]["content"].as_object().into_iter().flat_map(Map::values) {
            assert_closed(&name, &content["schema"]);
        }
    }
}

fn assert_closed(name: &str, schema: &'static Value) {
    let schema = resolved(schema);
    if schema["properties"].is_object() {
        assert_eq!(schema["additionalProperties"], false, "{name} takes fields that it does not know: {schema:#}");
    }
    let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    let fields = schema["properties"].as_object().into_iter().flat_map(Map::values);
    parts.chain(fields).chain(schema.get("items")).for_each(|part| assert_closed(name, part));
}

/// A parameter that nobody reads is told, with those that the document names. A stream that took it would never end.
pub async fn no_route_takes_a_parameter_that_it_does_not_know(database: Database) {
    let registry = Registry::with(database, &[(".cursor/rules/style.mdc", "Use tabs.")]).await;
    let workspace = registry.workspace().await;
    for (path, operations) in paths().filter(|(path, _)| path.starts_with("/api/") && !path.ends_with("/sync/stream")) {
        let Some(operation) = operations.get("get") else {
            continue;
        };
        let names = operation["parameters"].as_array().unwrap().iter().filter(|one| one["in"] == "query");
        let known: Vec<&str> = names.map(|one| one["name"].as_str().unwrap()).collect();
        let filled = path.replacen("workspaces/{id}", &format!("workspaces/{workspace}"), 1);
        let filled = filled.replace("{kind}", "rules").replace("{name}", "style").replace(['{', '}'], "");
        let answer = registry.get(&format!("{filled}?nonsense=1")).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        let problem = &answer.body["error"]["details"][0];
        assert_eq!(problem["field"], "nonsense", "{path}");
        let told = problem["problem"].as_str().unwrap().rsplit("known are ").next().unwrap();
        let told: std::collections::BTreeSet<&str> = told.split(", ").filter(|name| !name.contains(' ')).collect();
        assert_eq!(told, known.into_iter().collect(), "{path}");
    }
}
