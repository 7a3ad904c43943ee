//! `search`, over name and description.

use super::registry::Registry;
use crate::support::Database;

fn agent(name: &str, description: &str) -> String {
    format!("---\nname: {name:?}\ndescription: {description:?}\n---\nText.")
}

pub async fn the_wildcards_of_sql_are_plain_characters(database: Database) {
    let (percent, score) = (agent("percent", "100% sure"), agent("score", "snake_case"));
    let (slash, plain) = (agent("slash", r"a\b"), agent("plain", "nothing odd, 100 snakes case"));
    let files = [
        (".cursor/agents/a.md", percent.as_str()),
        (".cursor/agents/b.md", &score),
        (".cursor/agents/c.md", &slash),
        (".cursor/agents/d.md", &plain),
    ];
    let registry = Registry::with(database, &files).await;
    assert_eq!(registry.names("/agents?search=%25").await, ["percent"]);
    assert_eq!(registry.names("/agents?search=e_c").await, ["score"]);
    assert_eq!(registry.names("/agents?search=%5C").await, ["slash"]);
    assert!(registry.names("/agents?search=%25_%25").await.is_empty());
    assert!(registry.names("/agents?search='%20OR%20''='").await.is_empty());
    assert_eq!(registry.names("/agents?search=").await.len(), 4, "nothing is asked for");
}

pub async fn name_and_description_are_searched_without_regard_to_case(database: Database) {
    let (first, second) = (agent("reviewer", "Reads École rules"), agent("writer", "Makes them"));
    let registry = Registry::with(database, &[(".cursor/agents/a.md", &first), (".cursor/agents/b.md", &second)]).await;
    assert_eq!(registry.names("/agents?search=REVIEW").await, ["reviewer"]);
    assert_eq!(registry.names("/agents?search=mAKES").await, ["writer"]);
    assert_eq!(registry.names("/agents?search=R").await, ["reviewer", "writer"]);
    // Beyond ASCII the case may matter, the text itself is always found.
    assert_eq!(registry.names("/agents?search=%C3%89cole").await, ["reviewer"]);
}
