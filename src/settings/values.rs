//! The value of each key, of the form that it must have. Another form is an error: what the owner meant is then not known.

use super::Strictness;
use super::closest::closest;
use super::places::Places;
use super::read::{listed, report_unknown};
use crate::model::name::is_kebab_case;
use crate::model::{Kind, Preference, ToolFolder};
use crate::parse::findings::{Findings, Position, shown};
use crate::parse::{Code, glob};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Of one key, whatever the kind. Each is held against every path of a tree.
const MAX_PATTERNS: usize = 100;
const MAX_PREFIX_BYTES: usize = 40;
const MAX_BRANCH_BYTES: usize = 255;

pub struct Values<'a> {
    pub mapping: &'a Map<String, Value>,
    pub places: &'a Places<'a>,
    pub findings: &'a mut Findings,
}

impl Values<'_> {
    pub fn branch(&mut self) -> Option<String> {
        let branch = self.text("branch", "the name of a branch")?;
        if let Some(short) = branch.strip_prefix("refs/heads/") {
            return self.refuse("branch", "is written without `refs/heads/`", &format!("Write `{short}`."));
        }
        if !is_branch(&branch) {
            return self.refuse("branch", "is no name that git gives to a branch", "Write the branch's name.");
        }
        Some(branch)
    }

    pub fn prefix(&mut self) -> Option<String> {
        let prefix = self.text("prefix", "a word")?;
        let fits = is_kebab_case(&prefix)
            && prefix.len() <= MAX_PREFIX_BYTES
            && !prefix.starts_with('-')
            && !prefix.ends_with('-');
        if !fits {
            let help = "Use lower case letters, digits and hyphens between them, forty characters at most.";
            return self.refuse("prefix", "cannot begin a name", help);
        }
        Some(prefix)
    }

    pub fn check(&mut self) -> Option<Strictness> {
        self.one_of("check", &Strictness::ALL.map(Strictness::as_str)).and_then(|text| Strictness::from_text(&text))
    }

    pub fn conflicts(&mut self) -> Option<Preference> {
        self.one_of("conflicts", &Preference::ALL.map(Preference::as_str)).and_then(|text| Preference::from_text(&text))
    }

    pub fn folders(&mut self) -> Option<Vec<ToolFolder>> {
        let names = self.list("folders", self.mapping.get("folders")?)?;
        let known = ToolFolder::ALL.map(ToolFolder::name);
        let known = known.each_ref().map(String::as_str);
        let mut folders = Vec::new();
        for name in names {
            match ToolFolder::from_name(name.trim_start_matches("./").trim_end_matches('/')) {
                Some(folder) => folders.push(folder),
                None => self.refuse_word("folders", &name, &known)?,
            }
        }
        folders.sort_unstable();
        folders.dedup();
        Some(folders)
    }

    pub fn exclude(&mut self) -> Option<Vec<String>> {
        let patterns = self.patterns("exclude", self.mapping.get("exclude")?)?;
        self.check_together("exclude", &patterns)?;
        Some(patterns)
    }

    pub fn include(&mut self) -> Option<BTreeMap<Kind, Vec<String>>> {
        let by_kind = match self.mapping.get("include")? {
            Value::Object(by_kind) => by_kind,
            Value::Null => return None,
            _ => {
                let help = "Write the kind before its patterns, as in `include: {commands: [\"prompts/*.md\"]}`.";
                return self.refuse("include", "does not say of which kind its files are", help);
            }
        };
        let kinds = Kind::ALL.map(Kind::plural);
        let mut include = BTreeMap::new();
        for (key, value) in by_kind {
            match Kind::from_plural(key) {
                Some(kind) => {
                    include.insert(kind, self.patterns("include", value).unwrap_or_default());
                }
                None => report_unknown(key, &kinds, self.places.within("include", key), self.findings),
            }
        }
        include.retain(|_, patterns| !patterns.is_empty());
        self.check_together("include", &include.values().flatten().cloned().collect::<Vec<_>>())?;
        Some(include)
    }

    fn patterns(&mut self, key: &str, value: &Value) -> Option<Vec<String>> {
        let patterns = self.list(key, value)?;
        for pattern in &patterns {
            let wrong = match glob::check(pattern) {
                Err(error) => error.to_string(),
                Ok(()) if pattern.starts_with('!') => "it begins with `!`, which turns nothing around here".to_owned(),
                Ok(()) => continue,
            };
            let message = format!("The pattern {} of `{key}` cannot be used: {wrong}.", shown(pattern));
            self.note(self.places.within(key, pattern), message, "Correct the pattern, or remove it.");
        }
        Some(patterns)
    }

    fn check_together(&mut self, key: &str, patterns: &[String]) -> Option<()> {
        if patterns.len() > MAX_PATTERNS {
            let help = format!("{MAX_PATTERNS} are allowed: name folders rather than files.");
            return self.refuse(key, "holds too many patterns", &help);
        }
        match glob::check_together(patterns) {
            Ok(()) => Some(()),
            Err(_) => self.refuse(key, "holds patterns that are too large together", "Write simpler patterns."),
        }
    }

    /// A text, or a list of texts.
    fn list(&mut self, key: &str, value: &Value) -> Option<Vec<String>> {
        let texts: Option<Vec<String>> = match value {
            Value::Null => return None,
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        match texts.filter(|texts| texts.iter().all(|text| !text.trim().is_empty())) {
            Some(texts) => Some(texts.into_iter().map(|text| text.trim().to_owned()).collect()),
            None => self.refuse(key, "is neither a text nor a list of texts", "Write `[\"one\", \"another\"]`."),
        }
    }

    fn text(&mut self, key: &str, wanted: &str) -> Option<String> {
        match self.mapping.get(key)? {
            Value::Null => None,
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => {
                self.refuse(key, &format!("is not {wanted}"), &format!("Write {wanted}, in quotes if it is a number."))
            }
        }
    }

    fn one_of(&mut self, key: &str, known: &[&str]) -> Option<String> {
        let text = self.text(key, &format!("one of {}", listed(known)))?;
        if known.contains(&text.as_str()) { Some(text) } else { self.refuse_word(key, &text, known) }
    }

    fn refuse_word<T>(&mut self, key: &str, word: &str, known: &[&str]) -> Option<T> {
        let message = format!("{} is nothing that `{key}` can be.", shown(word));
        let help = match closest(word, known.iter().copied()) {
            Some(meant) => format!("Write `{meant}`, or another of {}.", listed(known)),
            None => format!("Write one of {}.", listed(known)),
        };
        self.note(self.places.within(key, word), message, &help);
        None
    }

    fn refuse<T>(&mut self, key: &str, what: &str, help: &str) -> Option<T> {
        self.note(self.places.key(key), format!("The value of `{key}` {what}."), help);
        None
    }

    fn note(&mut self, at: Position, message: String, help: &str) {
        self.findings.add(Code::SettingsWrongValue, at, message, help);
    }
}

/// By the rules of `git check-ref-format`, as far as they keep a name from meaning something else.
fn is_branch(name: &str) -> bool {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    name.len() <= MAX_BRANCH_BYTES
        && !name.contains(odd)
        && !name.contains("..")
        && !name.contains("@{")
        && name != "@"
        && !name.starts_with('-')
        && !name.ends_with('.')
        && name.split('/').all(part)
}
