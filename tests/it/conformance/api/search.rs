//! `search`, over name, description and text.

use super::registry::Registry;
use crate::support::Database;

fn agent(name: &str, description: &str) -> String {
    format!("---\nname: {name:?}\ndescription: {description:?}\n---\nBody.")
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
    assert_eq!(registry.names("/agents?search=R&sort=-name").await, ["writer", "reviewer"]);
    // Beyond ASCII the case may matter, the text itself is always found.
    assert_eq!(registry.names("/agents?search=%C3%89cole").await, ["reviewer"]);
}

pub async fn the_text_is_searched_by_the_page(database: Database) {
    let files = [
        (".cursor/rules/a.mdc", "Prefer composition to INHERITANCE."),
        (".cursor/rules/b.mdc", "---\ndescription: About inheritance\n---\nSee a."),
        (".cursor/rules/inheritance.mdc", "Named so."),
        (".cursor/rules/d.mdc", "Nothing of the kind."),
    ];
    let registry = Registry::with(database, &files).await;
    assert_eq!(registry.names("/rules?search=inheritance").await, ["a", "b", "inheritance"]);
    assert_eq!(registry.names("/rules?search=composition%20to").await, ["a"]);
    let second = registry.read("/rules?search=inheritance&pageSize=2&page=2").await;
    assert_eq!((&second.body["data"][0]["name"], &second.body["meta"]["total"]), (&"inheritance".into(), &3.into()));
    assert!(registry.names("/rules?search=inheritance&page=9").await.is_empty());
    let both = registry.names("/rules?search=inheritance&appliesTo=src/main.rs").await;
    assert!(both.is_empty(), "none of them is attached to a file: {both:?}");
}
