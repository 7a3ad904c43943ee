//! The items of a bulk request, as they are sent.

use crate::api::answer::{SAMPLE_TEXT, Sample};
use crate::api::error::ApiError;
use crate::api::json::Flat;
use crate::api::place;
use crate::model::Kind;
use crate::store::edits::{Edit, Expected, Target};
use actix_web::http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::fmt;
use utoipa::ToSchema;

/// Items of a request.
const MOST: usize = 1000;

/// One write of a request.
pub(in crate::api) trait Item: DeserializeOwned {
    /// The status of one that went well.
    const MADE: StatusCode;

    /// What is asked for, or which field is wrong in which way.
    fn edit(self, kind: Kind) -> Result<Edit, (&'static str, String)>;
}

/// A new definition of source `local`: by its name, or by the path that it would have in a repository.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Import {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The whole text, frontmatter included.
    content: String,
}

/// Another text for a definition.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Update {
    /// Its name or id.
    name: String,
    /// The version that was seen: refused if there is a newer one.
    #[schema(minimum = 0)]
    version: i32,
    /// The whole text, frontmatter included.
    content: String,
}

/// A definition to be deleted.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Deletion {
    /// Its name or id.
    name: String,
    /// The version that was seen: refused if there is a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    version: Option<i32>,
}

impl Item for Import {
    const MADE: StatusCode = StatusCode::CREATED;

    fn edit(self, kind: Kind) -> Result<Edit, (&'static str, String)> {
        let at = place::read(kind, self.name, self.path)?;
        Ok(Edit::Create { kind, at, content: self.content })
    }
}

impl Item for Update {
    const MADE: StatusCode = StatusCode::OK;

    fn edit(self, kind: Kind) -> Result<Edit, (&'static str, String)> {
        Ok(Edit::Update { target: target(kind, self.name, Some(self.version)), content: self.content })
    }
}

impl Item for Deletion {
    const MADE: StatusCode = StatusCode::OK;

    fn edit(self, kind: Kind) -> Result<Edit, (&'static str, String)> {
        Ok(Edit::Delete { target: target(kind, self.name, self.version) })
    }
}

fn target(kind: Kind, name_or_id: String, version: Option<i32>) -> Target {
    let expected = version.map(|version| Expected { version, updated_at: None });
    Target { kind, name_or_id, expected }
}

/// The body; its items are read one by one, so that a bad one is refused alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    items: Several,
}

/// The first items, as many as are taken, and how many there are.
struct Several {
    first: Vec<Value>,
    number: usize,
}

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Gather)
    }
}

struct Gather;

impl<'de> Visitor<'de> for Gather {
    type Value = Several;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Several, A::Error> {
        let mut first = Vec::new();
        while first.len() < MOST {
            match items.next_element::<Flat>()? {
                Some(Flat(item)) => first.push(item),
                None => return Ok(Several { number: first.len(), first }),
            }
        }
        let mut number = first.len();
        while items.next_element::<IgnoredAny>()?.is_some() {
            number += 1;
        }
        Ok(Several { first, number })
    }
}

/// What each item asks for, in their order.
pub(super) fn read<T: Item>(body: &[u8], kind: Kind) -> Result<Vec<Result<Edit, ApiError>>, ApiError> {
    let invalid = |field: &str, problem: String| ApiError::Invalid(vec![(field.to_owned(), problem)]);
    let body: Body = serde_json::from_slice(body).map_err(|error| invalid("body", error.to_string()))?;
    if !(1..=MOST).contains(&body.items.number) {
        return Err(invalid("items", format!("1 to {MOST} items are expected, not {}", body.items.number)));
    }
    let read = |(index, item): (usize, Value)| {
        let item: T =
            serde_json::from_value(item).map_err(|error| invalid(&format!("items[{index}]"), error.to_string()))?;
        item.edit(kind).map_err(|(field, problem)| invalid(&format!("items[{index}].{field}"), problem))
    };
    Ok(body.items.first.into_iter().enumerate().map(read).collect())
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Imports {
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<Import>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Updates {
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<Update>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Deletions {
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<Deletion>,
}

impl Sample for Imports {
    fn sample() -> Self {
        let item = |name: &str| Import { name: Some(name.to_owned()), path: None, content: SAMPLE_TEXT.to_owned() };
        Self { items: vec![item("house-style"), item("house-tone")] }
    }
}

impl Sample for Updates {
    fn sample() -> Self {
        let content = format!("{SAMPLE_TEXT}\nTests are named by what they promise.\n");
        Self { items: vec![Update { name: "house-style".to_owned(), version: 1, content }] }
    }
}

impl Sample for Deletions {
    fn sample() -> Self {
        let item = |name: &str, version| Deletion { name: name.to_owned(), version };
        Self { items: vec![item("house-style", Some(2)), item("house-tone", None)] }
    }
}
