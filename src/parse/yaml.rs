//! YAML to JSON within bounds: depth, number of values and size of text, so that no alias grows into a bomb.
//!
//! Keys that come twice are found, which YAML libraries either refuse or lose in silence.

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

const MAX_DEPTH: usize = 32;
const MAX_VALUES: usize = 20_000;
const MAX_TEXT_BYTES: usize = 256 * 1024;
/// Brackets cost a YAML scanner the square of their depth; real frontmatters have a dozen.
const MAX_BRACKETS: usize = 1000;

/// A mapping, and what is to be said of it.
#[derive(Debug, Default)]
pub struct Mapping {
    pub values: Map<String, Value>,
    pub duplicates: Vec<Duplicate>,
    /// A text held NUL (`"\0"`), which was replaced: no database stores it.
    pub had_nul: bool,
}

/// A key that came twice in one mapping. The last value counts.
#[derive(Debug, PartialEq, Eq)]
pub struct Duplicate {
    pub key: String,
    /// The outermost key that the mapping stands below; `None` for the outermost mapping itself.
    pub below: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum YamlError {
    #[error("{message}")]
    Syntax {
        message: String,
        /// From 1, in the text that was given.
        line: usize,
        column: usize,
    },
    #[error("{0}")]
    Limit(&'static str),
    #[error("it is not a list of keys and values")]
    NotAMapping,
}

/// Reads one mapping. A text that is empty or `null` is an empty one.
pub fn read(text: &str) -> Result<Mapping, YamlError> {
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > MAX_BRACKETS {
        return Err(YamlError::Limit("it holds too many brackets"));
    }
    let mut budget = Budget::default();
    let node = Node { budget: &mut budget, depth: 0 };
    let value = node.deserialize(serde_yaml::Deserializer::from_str(text));
    match value {
        Ok(Value::Object(values)) => Ok(Mapping { values, duplicates: budget.duplicates, had_nul: budget.had_nul }),
        Ok(Value::Null) => Ok(Mapping::default()),
        Ok(_) => Err(YamlError::NotAMapping),
        Err(error) => Err(budget.exceeded.map_or_else(|| syntax(&error), YamlError::Limit)),
    }
}

fn syntax(error: &serde_yaml::Error) -> YamlError {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    YamlError::Syntax { message, line, column }
}

/// What is left to spend, and what was noticed on the way.
#[derive(Debug, Default)]
struct Budget {
    values: usize,
    text: usize,
    outermost: Option<String>,
    duplicates: Vec<Duplicate>,
    had_nul: bool,
    exceeded: Option<&'static str>,
}

impl Budget {
    fn spend<E: serde::de::Error>(&mut self, text_bytes: usize) -> Result<(), E> {
        self.values += 1;
        self.text += text_bytes;
        if self.values > MAX_VALUES {
            return Err(self.exceed("it holds too many values"));
        }
        if self.text > MAX_TEXT_BYTES {
            return Err(self.exceed("its aliases grow too large"));
        }
        Ok(())
    }

    fn exceed<E: serde::de::Error>(&mut self, what: &'static str) -> E {
        self.exceeded = Some(what);
        E::custom(what)
    }

    fn clean(&mut self, text: &str) -> String {
        if text.contains('\0') {
            self.had_nul = true;
            return text.replace('\0', "\u{fffd}");
        }
        text.to_owned()
    }
}

/// Reads one value below `depth` others.
struct Node<'b> {
    budget: &'b mut Budget,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth > MAX_DEPTH {
            return Err(self.budget.exceed("it is nested too deep"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    // Tags (`!src/**`) are left to the default, which refuses them: the author meant a pattern.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without a tag")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.budget.spend(0).map(|()| Value::Null)
    }

    // So the library calls a text without any value.
    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.budget.spend(0).map(|()| Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.budget.spend(0).map(|()| value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.budget.spend(0).map(|()| value.into())
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.budget.spend(0)?;
        // JSON has no infinity.
        Ok(Number::from_f64(value).map_or_else(|| value.to_string().into(), Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.budget.spend(value.len())?;
        Ok(self.budget.clean(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.budget.spend(0)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Node { budget: self.budget, depth: self.depth + 1 })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.budget.spend(0)?;
        let mut map = Map::new();
        while let Some(key) = items.next_key_seed(Node { budget: self.budget, depth: self.depth + 1 })? {
            let key = key_text(key).ok_or_else(|| A::Error::custom("a key is no text"))?;
            if self.depth == 0 {
                self.budget.outermost = Some(key.clone());
            }
            let value = items.next_value_seed(Node { budget: self.budget, depth: self.depth + 1 })?;
            if map.insert(key.clone(), value).is_some() {
                let below = self.budget.outermost.clone().filter(|_| self.depth > 0);
                self.budget.duplicates.push(Duplicate { key, below });
            }
        }
        Ok(Value::Object(map))
    }
}

fn key_text(key: Value) -> Option<String> {
    match key {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some("null".to_owned()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_too_much(text: &str) -> bool {
        matches!(read(text), Err(YamlError::Limit(_)))
    }

    #[test]
    fn every_value_counts() {
        for item in ["1", "-1", "1.5", "true", "null", "x", "[]", "{}"] {
            let list = |items: usize| format!("a: [{}]", vec![item; items].join(", "));
            // The mapping, its key and the list are three.
            let most = (MAX_VALUES - 3).min(if item.ends_with([']', '}']) { MAX_BRACKETS - 1 } else { MAX_VALUES });
            assert!(!is_too_much(&list(most)), "{item}");
            assert!(is_too_much(&list(most + 1)), "{item}");
        }
        let nested = |item: &str, times: usize| format!("a: &a [{}]\n{}", item, "b: [*a, *a]\n".repeat(times));
        assert!(!is_too_much(&nested("[], {}", 400)) && is_too_much(&nested(&"{}, [], ".repeat(240), 25)));
    }

    #[test]
    fn texts_depth_and_brackets_have_bounds() {
        assert!(!is_too_much(&format!("a: {}", "x".repeat(MAX_TEXT_BYTES - 1))));
        assert!(is_too_much(&format!("a: {}", "x".repeat(MAX_TEXT_BYTES))));
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let levels = |depth: usize| format!("a: {}{}", open.repeat(depth), close.repeat(depth));
            assert!(!is_too_much(&levels(MAX_DEPTH - 1)) && is_too_much(&levels(MAX_DEPTH + 1)), "{open}");
        }
        for bracket in ["[", "{"] {
            let text = |count: usize| format!("a: \"{}\"", bracket.repeat(count));
            assert!(read(&text(MAX_BRACKETS)).is_ok() && is_too_much(&text(MAX_BRACKETS + 1)), "{bracket}");
        }
    }

    #[test]
    fn keys_that_come_twice_are_told_with_where_they_stand() {
        let mapping = read("a: 1\nb: {c: [{d: 1, d: 2}]}\na: 2").expect("YAML");
        let duplicate = |key: &str, below: Option<&str>| Duplicate { key: key.into(), below: below.map(Into::into) };
        assert_eq!(mapping.duplicates, [duplicate("d", Some("b")), duplicate("a", None)]);
    }
}
