//! Schemas on the page.

use super::page::{entries, escaped, list, prose, text};
use serde_json::Value;
use std::fmt::Write;

/// Its properties, one a line.
pub(super) fn schema_table(schema: &Value) -> String {
    let mut table = format!("<p>{}</p>", prose(&schema["description"]));
    let parts = list(&schema["allOf"]);
    for part in parts.iter().filter(|part| !part["$ref"].is_null()) {
        let _ = write!(table, "<p>All of {}, and:</p>", link_or_type(part));
    }
    if schema["properties"].is_null() && parts.is_empty() {
        let _ = write!(table, "<p>{}</p>", link_or_type(schema));
        return table;
    }
    table.push_str("<table>");
    for part in std::iter::once(schema).chain(parts) {
        for (name, property) in entries(&part["properties"]) {
            let optional =
                if list(&part["required"]).iter().any(|one| one == name) { "" } else { " (may be left out)" };
            let _ = write!(
                table,
                "<tr><td><code>{}</code></td><td>{}{optional}</td><td>{}</td></tr>",
                escaped(name),
                link_or_type(property),
                prose(&property["description"]),
            );
        }
    }
    table.push_str("</table>");
    table
}

/// A type in a few words, with a link where it has a name.
pub(super) fn link_or_type(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escaped(name));
    }
    let alternatives = list(&schema["oneOf"]);
    if !alternatives.is_empty() {
        return alternatives.iter().map(link_or_type).collect::<Vec<_>>().join(" or ");
    }
    let values: Vec<String> =
        list(&schema["enum"]).iter().map(|value| format!("<code>{}</code>", text(value))).collect();
    if !values.is_empty() {
        return values.join(", ");
    }
    let name = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect::<Vec<_>>().join(" or "),
        name => text(name),
    };
    match &schema["items"] {
        Value::Null => with_format(name, schema),
        items => format!("array of {}", link_or_type(items)),
    }
}

fn with_format(name: String, schema: &Value) -> String {
    match schema["format"].as_str() {
        Some(format) => format!("{name} ({})", escaped(format)),
        None if name.is_empty() => "anything".to_owned(),
        None => name,
    }
}
