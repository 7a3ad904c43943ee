//! What is said by kind, under the names that owners write: `commands`, not `command`.

use crate::model::Kind;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

type ByKind = Option<BTreeMap<Kind, Vec<String>>>;

pub(super) fn serialize<S: Serializer>(said: &ByKind, serializer: S) -> Result<S::Ok, S::Error> {
    let named = |(kind, patterns): (&Kind, &Vec<String>)| (kind.plural(), patterns.clone());
    said.as_ref().map(|said| said.iter().map(named).collect::<BTreeMap<_, _>>()).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ByKind, D::Error> {
    let Some(named) = Option::<BTreeMap<String, Vec<String>>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let of_kind = |(name, patterns): (String, Vec<String>)| match Kind::from_plural(&name) {
        Some(kind) => Ok((kind, patterns)),
        None => Err(D::Error::custom(format!("{name:?} is no kind"))),
    };
    named.into_iter().map(of_kind).collect::<Result<_, _>>().map(Some)
}
