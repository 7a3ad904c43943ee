//! Glob patterns of rules and skills: cutting a list into patterns, and asking which paths they match.
//!
//! `*` stays within one segment, `**` crosses any number, and a pattern without a slash is about the root only.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// More patterns, or longer ones, are left out when the set is compiled, so that its size is bounded.
pub const MAX_PATTERNS: usize = 256;
const MAX_PATTERN_BYTES: usize = 512;

/// Why a pattern cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GlobError {
    #[error("it is longer than {MAX_PATTERN_BYTES} bytes")]
    TooLong,
    #[error("{0}")]
    Syntax(String),
}

/// Compiled patterns.
#[derive(Clone, Debug)]
pub struct Globs {
    scope: String,
    set: GlobSet,
}

impl Globs {
    /// Compiles what can be compiled of `patterns`, which are relative to the folder `scope`.
    pub fn compile(scope: &str, patterns: &[String]) -> Self {
        let set = build_set(patterns).unwrap_or_else(|_| GlobSet::empty());
        Self { scope: scope.to_owned(), set }
    }

    /// `path` counts from the root of the repository.
    pub fn matches(&self, path: &str) -> bool {
        let inner = if self.scope.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(&self.scope).and_then(|rest| rest.strip_prefix('/'))
        };
        inner.is_some_and(|inner| self.set.is_match(inner))
    }
}

/// Says what is wrong with a pattern.
pub fn check(pattern: &str) -> Result<(), GlobError> {
    if pattern.len() <= MAX_PATTERN_BYTES && !pattern.contains(['{', '}', '[', '\\']) {
        return Ok(()); // Stars and letters always compile.
    }
    build(pattern).map(|_| ())
}

/// Says what is wrong with patterns that are in order one by one.
pub fn check_together(patterns: &[String]) -> Result<(), GlobError> {
    build_set(patterns).map(|_| ())
}

fn build_set(patterns: &[String]) -> Result<GlobSet, GlobError> {
    let mut builder = GlobSetBuilder::new();
    for glob in patterns.iter().take(MAX_PATTERNS).filter_map(|pattern| build(pattern).ok()) {
        builder.add(glob);
    }
    builder.build().map_err(|error| GlobError::Syntax(error.kind().to_string()))
}

fn build(pattern: &str) -> Result<globset::Glob, GlobError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(GlobError::TooLong);
    }
    let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
    // A folder stands for all below it.
    let whole = if pattern.ends_with('/') { format!("{pattern}**") } else { pattern.to_owned() };
    let glob = GlobBuilder::new(&whole).literal_separator(true).build();
    glob.map_err(|error| GlobError::Syntax(error.kind().to_string()))
}

/// Cuts a list at its commas, except for those inside braces, brackets and quotes. Quotes around a pattern are dropped.
pub fn split(list: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    let mut current = String::new();
    let mut depth = 0_usize;
    let mut quote = None;
    for c in list.chars() {
        match c {
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            ',' if depth == 0 && quote.is_none() => patterns.push(std::mem::take(&mut current)),
            _ => {
                match c {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                current.push(c);
            }
        }
    }
    patterns.push(current);
    patterns.retain_mut(|pattern| {
        *pattern = pattern.trim().to_owned();
        !pattern.is_empty()
    });
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commas_in_braces_and_quotes_do_not_cut() {
        assert_eq!(split("**/*.{ts,tsx}, src/**,"), ["**/*.{ts,tsx}", "src/**"]);
        assert_eq!(split(r#""a,b/*.ts", '*.js'"#), ["a,b/*.ts", "*.js"]);
        assert_eq!(split(r#""a'b","c""#), ["a'b", "c"]);
        assert_eq!(split(" , "), [] as [&str; 0]);
    }

    #[test]
    fn stars_mean_what_cursor_says() {
        let globs = Globs::compile("", &split("*.ts, src/**, **/*.{md,mdc}, docs/"));
        for (path, fits) in [
            ("a.ts", true),
            ("x/a.ts", false),
            ("src/x/a.rs", true),
            ("x/y.mdc", true),
            ("y.md", true),
            ("docs/a/b", true),
            ("lib/a.rs", false),
        ] {
            assert_eq!(globs.matches(path), fits, "{path}");
        }
    }

    #[test]
    fn a_pattern_may_begin_at_the_root() {
        let globs = Globs::compile("", &split("./a.ts, /b.ts"));
        assert!(globs.matches("a.ts") && globs.matches("b.ts") && !globs.matches("x/b.ts"));
    }

    #[test]
    fn the_longest_pattern_is_one() {
        for piece in ["a", "[a]"] {
            let longest = format!("{}{}", "a".repeat(MAX_PATTERN_BYTES - piece.len()), piece);
            assert!(
                check(&longest).is_ok()
                    && Globs::compile("", &[longest.replace("[a]", "a")]).matches(&longest.replace("[a]", "a"))
            );
            assert_eq!(check(&format!("a{longest}")), Err(GlobError::TooLong));
        }
        let many: Vec<String> = (0..=MAX_PATTERNS).map(|number| format!("f{number}")).collect();
        let globs = Globs::compile("", &many);
        assert!(globs.matches("f255") && !globs.matches("f256"));
    }

    #[test]
    fn a_scope_shifts_the_root() {
        let globs = Globs::compile("apps/web", &split("*.ts"));
        assert!(globs.matches("apps/web/a.ts") && !globs.matches("a.ts") && !globs.matches("apps/webx/a.ts"));
    }

    proptest! {
        #[test]
        fn a_check_says_what_compiling_says(pattern in r"[ab*?.,/!{}\[\]\\é-]{0,12}") {
            prop_assert_eq!(check(&pattern), build(&pattern).map(|_| ()));
        }
    }

    #[test]
    fn exploding_patterns_are_refused_or_stay_small() {
        assert_eq!(check(&"{a,".repeat(1000)), Err(GlobError::TooLong));
        assert!(matches!(check("src/{a,b"), Err(GlobError::Syntax(_))));
        let nested: Vec<String> = vec![format!("{}a{}", "{*,".repeat(100), "}".repeat(100)); 1000];
        assert!(!Globs::compile("", &nested).matches(&"b/".repeat(1000)));
    }
}
