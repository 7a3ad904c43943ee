//! Every answer that a test sees is held against the document: its status, its type, and its JSON down to the last field.

use super::registry::Answer;
use actix_web::http::Method;
use dotcursor::api;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

pub static DOCUMENT: LazyLock<Value> = LazyLock::new(api::document);
/// The components, with no room for a field that the document does not name.
static SEALED: LazyLock<Value> = LazyLock::new(|| {
    let mut components = DOCUMENT["components"].clone();
    components["schemas"].as_object_mut().into_iter().flat_map(Map::values_mut).for_each(seal_inside);
    components
});
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Methods that the document does not know are none of its business; `HEAD` has no body.
pub fn check(method: &Method, path: &str, answer: &Answer) {
    let Some((template, operation)) = operation(method, path) else {
        return;
    };
    let place = format!("{method} {template} {}", answer.status);
    let described = resolved(&operation["responses"][answer.status.to_string()]);
    assert!(!described.is_null(), "{place} is not in the document: {}", answer.body);
    let content = described["content"].as_object();
    let Some((content_type, content)) =
        content.and_then(|content| content.get_key_value(answer.header("content-type")))
    else {
        assert_eq!((content, answer.header("content-type")), (None, ""), "{place} has a type of the document");
        return;
    };
    let validator = validator(&format!("{place} {content_type}"), &content["schema"]);
    let errors: Vec<String> =
        validator.iter_errors(&answer.body).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{place} is not as the document says: {errors:#?}\n{:#}", answer.body);
}

/// Of several paths that match, the first one is meant, as in the server.
fn operation(method: &Method, path: &str) -> Option<(&'static String, &'static Value)> {
    let matches = |template: &str| {
        let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(path).all(|(wanted, part)| wanted.starts_with('{') || *wanted == part)
    };
    let (template, methods) = DOCUMENT["paths"].as_object()?.iter().find(|(template, _)| matches(template))?;
    Some((template, methods.get(method.as_str().to_ascii_lowercase())?))
}

pub fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => DOCUMENT.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is in the document")),
        None => value,
    }
}

fn validator(place: &str, schema: &Value) -> Arc<Validator> {
    let mut known = VALIDATORS.lock().unwrap();
    let validator = known.entry(place.to_owned()).or_insert_with(|| {
        let mut schema = schema.clone();
        seal(&mut schema);
        let root = json!({"components": *SEALED, "allOf": [schema]});
        Arc::new(jsonschema::validator_for(&root).unwrap_or_else(|error| panic!("{place}: {error}")))
    });
    validator.clone()
}

/// Leaves no room for a field that is not named, here or in what is part of it.
fn seal(schema: &mut Value) {
    seal_inside(schema);
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let names_fields = ["$ref", "properties", "allOf"].into_iter().any(|key| schema.contains_key(key));
    if names_fields && !schema.contains_key("additionalProperties") {
        schema.insert("unevaluatedProperties".into(), Value::Bool(false));
    }
}

/// The parts of an `allOf` name fields of the same object: only together are they all of them.
fn seal_inside(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut).for_each(seal);
    for key in ["items", "additionalProperties"] {
        schema.get_mut(key).into_iter().for_each(seal);
    }
    let alternatives = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    alternatives.into_iter().flatten().for_each(seal);
    schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten().for_each(seal_inside);
}
