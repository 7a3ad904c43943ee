//! The document as a page for people: no script, nothing from elsewhere, readable without a network.

use super::page_schema::{link_or_type, schema_table};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");

/// Nothing but the one style sheet that stands in the page.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

pub(super) fn render(document: &Value) -> String {
    let info = &document["info"];
    let (title, version) = (text(&info["title"]), text(&info["version"]));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} API</title><style>{STYLE}</style></head><body><header><h1>{title} API <small>{version}</small></h1>\
         <p>{}</p><p>The same for programs: <a href=\"/openapi.json\">openapi.json</a></p>{}</header><main>\n",
        prose(&info["description"]),
        contents(document),
    );
    for tag in list(&document["tags"]) {
        section(&mut page, document, tag);
    }
    page.push_str("<section id=\"errors\"><h2>Errors</h2>");
    codes(&mut page, list(&document["x-error-codes"]));
    responses(&mut page, &document["components"]["responses"]);
    page.push_str("</section><section id=\"schemas\"><h2>Schemas</h2>");
    for (name, schema) in entries(&document["components"]["schemas"]) {
        let _ = write!(page, "<article id=\"schema-{0}\"><h3>{0}</h3>", escaped(name));
        page.push_str(&schema_table(schema));
        page.push_str("</article>\n");
    }
    page.push_str("</section></main></body></html>\n");
    page
}

fn contents(document: &Value) -> String {
    let mut contents = "<nav><ul>".to_owned();
    let names = list(&document["tags"]).iter().map(|tag| text(&tag["name"]));
    for name in names.chain(["Errors".to_owned(), "Schemas".to_owned()]) {
        let _ = write!(contents, "<li><a href=\"#{}\">{name}</a></li>", name.to_lowercase());
    }
    contents.push_str("</ul></nav>");
    contents
}

fn section(page: &mut String, document: &Value, tag: &Value) {
    let name = text(&tag["name"]);
    let _ =
        write!(page, "<section id=\"{}\"><h2>{name}</h2><p>{}</p>", name.to_lowercase(), prose(&tag["description"]));
    for (path, methods) in entries(&document["paths"]) {
        for (method, operation) in entries(methods) {
            if list(&operation["tags"]).contains(&tag["name"]) {
                article(page, (method, path), operation, &document["components"]);
            }
        }
    }
    page.push_str("</section>\n");
}

fn article(page: &mut String, (method, path): (&str, &str), operation: &Value, components: &Value) {
    let id = text(&operation["operationId"]);
    let _ = write!(
        page,
        "<details id=\"{id}\"><summary><b class=\"{method}\">{}</b> <code>{}</code> {}</summary><p>{}</p>",
        method.to_uppercase(),
        escaped(path),
        prose(&operation["summary"]),
        prose(&operation["description"]),
    );
    let _ = write!(page, "<pre>{}</pre>", text(&operation["x-codeSamples"][0]["source"]));
    parameters(page, list(&operation["parameters"]), components);
    let body = &operation["requestBody"]["content"]["application/json"];
    if !body.is_null() {
        let _ = write!(page, "<h4>Body: {}</h4><pre>{}</pre>", link_or_type(&body["schema"]), pretty(&body["example"]));
    }
    for (status, answer) in entries(&operation["responses"]) {
        outcome(page, status, answer);
    }
    page.push_str("</details>\n");
}

fn parameters(page: &mut String, parameters: &[Value], components: &Value) {
    if parameters.is_empty() {
        return;
    }
    page.push_str("<table><tr><th>Parameter</th><th>in</th><th></th><th></th></tr>");
    for parameter in parameters {
        let parameter = match parameter["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            Some(name) => &components["parameters"][name],
            None => parameter,
        };
        let _ = write!(
            page,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(&parameter["name"]),
            text(&parameter["in"]),
            link_or_type(&parameter["schema"]),
            prose(&parameter["description"]),
        );
    }
    page.push_str("</table>");
}

fn outcome(page: &mut String, status: &str, answer: &Value) {
    if let Some(name) = answer["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let _ = write!(page, "<p><b>{status}</b> <a href=\"#error-{0}\"><code>{0}</code></a></p>", escaped(name));
        return;
    }
    let _ = write!(page, "<p><b>{status}</b> {}</p>", prose(&answer["description"]));
    for (content_type, content) in entries(&answer["content"]) {
        let schema = &content["schema"]["properties"]["data"];
        let schema = if schema.is_null() { &content["schema"] } else { schema };
        let _ = write!(
            page,
            "<p><code>{}</code> {}</p><pre>{}</pre>",
            escaped(content_type),
            link_or_type(schema),
            pretty(&content["example"]),
        );
    }
}

fn codes(page: &mut String, codes: &[Value]) {
    page.push_str("<table>");
    for code in codes {
        let (name, status) = (text(&code["code"]), &code["status"]);
        let _ =
            write!(page, "<tr><td><code>{name}</code></td><td>{status}</td><td>{}</td></tr>", prose(&code["meaning"]));
    }
    page.push_str("</table><h3>As operations name them</h3>");
}

fn responses(page: &mut String, responses: &Value) {
    page.push_str("<table>");
    for (name, response) in entries(responses) {
        let _ = write!(
            page,
            "<tr id=\"error-{0}\"><td><code>{0}</code></td><td>{1}</td></tr>",
            escaped(name),
            prose(&response["description"])
        );
    }
    page.push_str("</table>");
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

pub(super) fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

/// Text in which backticks make code.
pub(super) fn prose(value: &Value) -> String {
    let text = text(value);
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

fn pretty(example: &Value) -> String {
    match example {
        Value::String(text) => escaped(text),
        json => escaped(&format!("{json:#}")),
    }
}

pub(in crate::api) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_document_says_is_only_text() {
        let document = json!({"info": {"title": "<script>", "description": "a `<b>` c"}});
        let page = render(&document);
        assert!(!page.contains("<script>") && page.contains("a <code>&lt;b&gt;</code> c"), "{page}");
    }

    #[test]
    fn the_policy_names_the_style_that_stands_in_the_page() {
        let page = render(&crate::api::openapi::document());
        let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0;
        assert!(policy().contains(&STANDARD.encode(Sha256::digest(style))));
        assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("src="));
    }
}
