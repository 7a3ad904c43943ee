//! `GET /docs/diagnostics`: what the codes mean, for whoever follows the link of an annotation.

use super::openapi::Operation;
use crate::parse::Code;
use crate::tell::explained;
use actix_web::HttpResponse;
use std::fmt::Write;
use std::sync::LazyLock;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0}tr:target{background:#fff3b0;color:#000}";

pub(super) fn page_operation() -> Operation {
    Operation::open("getDiagnostics", "What each code of a diagnostic means, as a page for people.")
        .answers_text("text/html; charset=utf-8", "<!doctype html>…")
}

/// Open to anybody: it tells nothing of a workspace.
pub(super) async fn page() -> HttpResponse {
    static PAGE: LazyLock<String> = LazyLock::new(render);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"))
        .body(PAGE.as_str())
}

fn render() -> String {
    let mut rows = String::new();
    for code in Code::ALL.map(Code::as_str) {
        let Some(told) = explained(code) else { continue };
        let (meaning, mend) = (html(told.meaning), html(told.mend));
        let _ = writeln!(
            rows,
            "<tr id=\"{code}\"><td><code>{code}</code></td><td>{}</td><td>{meaning}</td><td>{mend}</td></tr>",
            told.severity
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>dotcursor: diagnostics</title>\
         <style>{STYLE}</style><h1>Diagnostics</h1><table><thead><tr><th>code</th><th>severity</th>\
         <th>what it means</th><th>how to mend it</th></tr></thead><tbody>\n{rows}</tbody></table></html>\n"
    )
}

/// Markdown's code spans become HTML's.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts = escaped.split('`').enumerate();
    parts.map(|(place, part)| if place % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_place_to_link_to() {
        let page = render();
        for code in Code::ALL.map(Code::as_str) {
            assert!(page.contains(&format!("<tr id=\"{code}\">")), "{code}");
        }
        assert_eq!(html("`a<b` & c"), "<code>a&lt;b</code> &amp; c");
    }
}
