//! A definition's history.

use super::registry::Registry;
use crate::support::Database;

const STYLE: &str = ".cursor/rules/style.mdc";

pub async fn versions_come_newest_first(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One.")]).await;
    registry.sync("two", &[(STYLE, "Two.")]).await;
    registry.sync("three", &[(STYLE, "Three.")]).await;
    assert_shown!(registry.read("/rules/style/versions?pageSize=2").await.shown(), @r#"
    200 {
      "data": [
        {
          "blob": "f2400e45bfc489b02be78a6b0b24ed522ef27b5c",
          "changedAt": "[time]",
          "changedBy": "github_sync",
          "commit": "1d19714ffbc272ba0da6eb419d66123c20527174",
          "path": ".cursor/rules/style.mdc",
          "version": 3
        },
        {
          "blob": "50d57fe5c0b8e6d3484d24d3ed4274bebf2d1448",
          "changedAt": "[time]",
          "changedBy": "github_sync",
          "commit": "64c5e5885a4b06010b3a0c20edb7900dd0311025",
          "path": ".cursor/rules/style.mdc",
          "version": 2
        }
      ],
      "meta": {
        "page": 1,
        "pageSize": 2,
        "total": 3
      }
    }
    "#);
    assert_shown!(registry.read("/rules/style/versions/1").await.shown(), @r#"
    200 {
      "data": {
        "blob": "d0e3b057e97981a1afd9ceec94f4533f3cac3382",
        "changedAt": "[time]",
        "changedBy": "github_sync",
        "commit": "43dd47ea691c90a5fa7827892c70241913351963",
        "content": "One.",
        "frontmatter": {},
        "path": ".cursor/rules/style.mdc",
        "version": 1
      }
    }
    "#);
}

pub async fn two_versions_are_compared(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "---\ndescription: old\n---\nOne.\n")]).await;
    registry.sync("two", &[(STYLE, "---\ndescription: new\nalwaysApply: true\n---\nOne.\n")]).await;
    let diff = registry.read("/rules/style/versions/1/diff/2").await;
    assert_eq!(diff.status, 200, "{}", diff.body);
    assert_shown!(diff.body["data"]["unified"].as_str().unwrap_or_default(), @r"
    --- version 1
    +++ version 2
    @@ -1,4 +1,5 @@
     ---
    -description: old
    +description: new
    +alwaysApply: true
     ---
     One.
    ");
    let keys = &diff.body["data"]["frontmatter"];
    assert_eq!(
        (&keys[0]["key"], &keys[0]["change"], &keys[0]["after"]),
        (&"alwaysApply".into(), &"added".into(), &true.into())
    );
    assert_eq!((&keys[1]["key"], &keys[1]["before"]), (&"description".into(), &"old".into()));
    assert_eq!(registry.read("/rules/style/versions/1/diff/3").await.status, 404);
    assert_eq!(registry.read("/rules/style/versions/1/diff/x").await.status, 404);
}
