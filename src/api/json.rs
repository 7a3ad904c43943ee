//! JSON of a request as far as any route reads it: objects of a few fields, each a text, a number or the like. What lies deeper is
//! passed over, so that a body never takes much more memory than its bytes.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// No body of ours has a tenth of them.
const MOST_FIELDS: usize = 64;

/// An object's fields, or whatever stands in place of an object.
#[derive(Debug)]
pub(super) struct Flat(pub Value);

impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shallow { levels: 1 }).map(Self)
    }
}

/// A field: of an array or an object only that it is one.
struct Field(Value);

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shallow { levels: 0 }).map(Self)
    }
}

/// Reads objects down to so many levels.
struct Shallow {
    levels: usize,
}

impl<'de> Visitor<'de> for Shallow {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(vec![]))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        if self.levels == 0 {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Value::Object(read));
        }
        while let Some(name) = fields.next_key::<String>()? {
            if read.len() == MOST_FIELDS {
                return Err(A::Error::custom(format!("an object has more than {MOST_FIELDS} fields")));
            }
            read.insert(name, fields.next_value::<Field>()?.0);
        }
        Ok(Value::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Value, String> {
        serde_json::from_str::<Flat>(text).map(|flat| flat.0).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flat_object_is_read_as_it_is() {
        let whole = json!({"a": "x", "b": -1, "c": 1, "d": 0.5, "e": true, "f": null});
        assert_eq!(read(&whole.to_string()), Ok(whole));
        assert_eq!(read("7"), Ok(json!(7)));
    }

    #[test]
    fn what_lies_deeper_is_passed_over() {
        assert_eq!(read(r#"{"a": [[1], {"b": 2}], "c": {"d": [3]}, "e": 4}"#), Ok(json!({"a": [], "c": {}, "e": 4})));
        assert_eq!(read(&format!(r#"{{"a": [{}0]}}"#, "0,".repeat(1_000_000))), Ok(json!({"a": []})));
        let deep = format!(r#"{{"a": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep), Ok(json!({"a": []})));
        assert!(read(r#"{"a": [1, }"#).is_err());
    }

    #[test]
    fn fields_are_not_gathered_without_end() {
        let fields: Vec<String> = (0..=MOST_FIELDS).map(|n| format!(r#""f{n}":1"#)).collect();
        assert!(read(&format!("{{{}}}", fields.join(","))).unwrap_err().contains("more than 64 fields"));
    }
}
