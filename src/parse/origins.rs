//! Where each key of a frontmatter stands.

use super::lines::Entry;

/// Entries in an order by key; of a key that comes twice, the last one counts.
#[derive(Debug, Default)]
pub struct Origins<'t> {
    by_key: Vec<Entry<'t>>,
    /// No key is without an origin, as the ones within `{…}` are: who is not in here, is not there.
    pub are_all: bool,
}

impl<'t> Origins<'t> {
    pub fn all(entries: Vec<Entry<'t>>) -> Self {
        Self { are_all: true, ..Self::some(entries) }
    }

    pub fn some(mut entries: Vec<Entry<'t>>) -> Self {
        entries.sort_by_key(|entry| order(entry.key));
        Self { by_key: entries, are_all: false }
    }

    pub fn of(&self, key: &str) -> Option<&Entry<'t>> {
        let behind = self.by_key.partition_point(|entry| order(entry.key) <= order(key));
        self.by_key.get(behind.checked_sub(1)?).filter(|entry| entry.key == key)
    }
}

/// Lengths first: most keys differ in that, and need no look at their letters.
fn order(key: &str) -> (usize, &str) {
    (key.len(), key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::fence::Part;
    use crate::parse::lines;

    #[test]
    fn what_stands_nowhere_is_not_found() {
        let entries = lines::entries(Part { text: "name: a\nmodel: b\nname: c\n", first_line: 2 });
        let origins = Origins::some(entries);
        assert_eq!(origins.of("name").map(|entry| entry.line), Some(4));
        for other in ["nam", "mode", "modes", "zzzzz", "longer"] {
            assert_eq!(origins.of(other), None, "{other}");
        }
    }
}
