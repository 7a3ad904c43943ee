//! No route asks the database once for each row that it shows.

use super::access::reading;
use super::registry::Registry;
use crate::support::Database;
use std::collections::BTreeMap;

/// Definitions that refer to each other and to what is not there, so that every list has something to look up for each row.
fn files(number: usize) -> Vec<(String, String)> {
    let name = |n: usize| if n == 0 { "style".to_owned() } else { format!("style-{n}") };
    (0..number)
        .map(|n| {
            let next = name((n + 1) % number);
            let text = format!("See [it](./{next}.mdc), [none](./missing-{n}.mdc) and `{next}`.");
            (format!(".cursor/rules/{}.mdc", name(n)), text)
        })
        .collect()
}

/// The queries of every route that reads, each asked first of a server that has just come up.
async fn queries(registry: &mut Registry, run: &str) -> BTreeMap<&'static str, u64> {
    let workspace = registry.workspace().await;
    let mut counted = BTreeMap::new();
    for path in reading() {
        registry.forget();
        let before = registry.scene.store.queries();
        let answer = registry.get(&path.replace("{w}", workspace.as_str()).replace("{run}", run)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.shown());
        counted.insert(path, registry.scene.store.queries() - before);
    }
    counted
}

pub async fn a_long_list_takes_as_many_queries_as_a_short_one(database: Database) {
    let mut registry = Registry::open(database).await;
    let mut counts = Vec::new();
    for number in [1, 50] {
        let files = files(number);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        registry.sync(&format!("with {number}"), &files).await;
        let run = registry.scene.store.request_sync(&registry.workspace().await).await.unwrap().remove(0).id;
        counts.push(queries(&mut registry, &run).await);
    }
    assert!(counts[0]["/api/workspaces/{w}/rules"] > 1, "queries are counted: {counts:?}");
    assert_eq!(counts[0], counts[1]);
}
