//! Reads a JSON array item by item, so that what is kept of it is bounded however long it is.

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// What is kept of an array.
pub(super) trait Gather<'de>: Default {
    type Item: Deserialize<'de>;

    fn add(&mut self, item: Self::Item);
}

pub(super) fn gather<'de, G: Gather<'de>, D: Deserializer<'de>>(array: D) -> Result<G, D::Error> {
    array.deserialize_seq(Items(PhantomData))
}

struct Items<G>(PhantomData<G>);

impl<'de, G: Gather<'de>> Visitor<'de> for Items<G> {
    type Value = G;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<G, A::Error> {
        let mut gathered = G::default();
        while let Some(item) = items.next_element()? {
            gathered.add(item);
        }
        Ok(gathered)
    }
}
