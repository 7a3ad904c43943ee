//! Workspaces and what is in them.

use super::registry::Registry;
use crate::support::Database;

const STYLE: &str = ".cursor/rules/style.mdc";

pub async fn workspaces_tell_their_repositories(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "Fine.")]).await;
    assert_shown!(registry.get("/api/workspaces").await.shown(), @r#"
    200 {
      "data": [
        {
          "createdAt": "[time]",
          "id": "[id]",
          "name": "octo/repo",
          "prefers": "ask",
          "revision": 2,
          "updatedAt": "[time]"
        }
      ],
      "meta": {
        "page": 1,
        "pageSize": 50,
        "total": 1
      }
    }
    "#);
    assert_shown!(registry.read("").await.shown(), @r#"
    200 {
      "data": {
        "createdAt": "[time]",
        "id": "[id]",
        "name": "octo/repo",
        "prefers": "ask",
        "repositories": [
          {
            "fullName": "octo/repo",
            "id": 7,
            "state": "active"
          }
        ],
        "revision": 2,
        "updatedAt": "[time]"
      }
    }
    "#);
}
