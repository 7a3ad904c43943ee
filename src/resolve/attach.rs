//! Which rules Cursor attaches by itself when a file is worked on.

use crate::parse::glob::Globs;
use serde_json::Value;

/// Whether a rule with these attributes, in the sub-project `scope`, is attached to the file at `path`, which counts from the
/// root of the repository: one that always applies, to all of its part of the tree; one with globs, to what they match.
pub fn is_attached(attributes: &Value, scope: &str, path: &str) -> bool {
    let inside = scope.is_empty() || path.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'));
    match attributes["ruleType"].as_str() {
        Some("always") => inside,
        Some("auto-attached") => {
            let patterns = attributes["globPatterns"].as_array().into_iter().flatten();
            let patterns: Vec<String> = patterns.filter_map(|one| one.as_str().map(str::to_owned)).collect();
            Globs::compile(scope, &patterns).matches(path)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rule_is_attached_within_its_scope_only() {
        let always = json!({"ruleType": "always"});
        assert!(is_attached(&always, "", "a.ts") && is_attached(&always, "apps/web", "apps/web/a.ts"));
        assert!(!is_attached(&always, "apps/web", "apps/website/a.ts"));
        let globs = json!({"ruleType": "auto-attached", "globPatterns": ["**/*.{ts,tsx}", "docs/"]});
        assert!(is_attached(&globs, "", "src/a.tsx") && is_attached(&globs, "", "docs/b.md"));
        assert!(!is_attached(&globs, "", "src/a.css") && !is_attached(&json!({"ruleType": "manual"}), "", "a"));
    }
}
