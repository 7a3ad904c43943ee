//! What cannot be answered is refused in one shape, and nothing that a request holds breaks the server.

use super::registry::{ADMIN, Registry};
use crate::support::Database;
use actix_web::http::Method;

const STYLE: (&str, &str) = (".cursor/rules/style.mdc", "Use tabs.");

pub async fn bad_values_are_all_named(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let bad = "/rules?page=0&pageSize=101&source=svn&syncStatus=fine&sort=size&order=up";
    assert_shown!(registry.read(bad).await.shown(), @r#"
    400 {
      "error": {
        "code": "invalid-request",
        "details": [
          {
            "field": "order",
            "problem": "there is no such parameter; known are source, syncStatus, search, repository, scope, changedSince, deleted, appliesTo, sort, fields, page, pageSize"
          },
          {
            "field": "page",
            "problem": "a number from 1 to 1000000000 is expected"
          },
          {
            "field": "pageSize",
            "problem": "a number from 1 to 100 is expected"
          },
          {
            "field": "source",
            "problem": "one of github, local, imported is expected"
          },
          {
            "field": "syncStatus",
            "problem": "one of synced, pending, error, conflict is expected"
          },
          {
            "field": "sort",
            "problem": "one of name, path, createdAt, updatedAt is expected, with a `-` before it to turn it"
          }
        ],
        "message": "Some values cannot be used; `details` names them."
      }
    }
    "#);
    assert_shown!(registry.get("/api/deliveries?repository=octo&outcome=lost").await.shown(), @r#"
    400 {
      "error": {
        "code": "invalid-request",
        "details": [
          {
            "field": "repository",
            "problem": "GitHub's number of a repository is expected"
          },
          {
            "field": "outcome",
            "problem": "one of owed, check-owed, untouched, other-ref, not-served, recorded is expected"
          }
        ],
        "message": "Some values cannot be used; `details` names them."
      }
    }
    "#);
    assert_shown!(registry.read("/rules?page=1&page=2").await.shown(), @r#"
    400 {
      "error": {
        "code": "invalid-request",
        "details": [
          {
            "field": "query",
            "problem": "Query deserialize error: duplicate field `page`"
          }
        ],
        "message": "Some values cannot be used; `details` names them."
      }
    }
    "#);
    for bad in [
        "page=",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "pageSize=0",
        "search=%00",
        "syncStatus=",
        "sort=",
        "sort=-",
        "sort=--name",
        "fields=",
        "fields=name,",
        "fields=content",
        "fields=model",
        "repository=octo",
        "repository=/x",
        "repository=octo/%00",
        "scope=%00",
        "changedSince=yesterday",
        "changedSince=2026-11-26",
        "changedSince=2026-11-26T10:00:00+01:00",
    ] {
        let answer = registry.read(&format!("/rules?{bad}")).await;
        assert_eq!((answer.status, &answer.body["error"]["code"]), (400, &"invalid-request".into()), "{bad}");
    }
    let long = "x".repeat(201);
    assert_eq!(registry.read(&format!("/rules?search={long}")).await.status, 400);
}

pub async fn what_is_not_there_is_told_in_json(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    assert_shown!(registry.get("/nowhere").await.shown(), @r#"
    404 {
      "error": {
        "code": "not-found",
        "details": [],
        "message": "There is no such route."
      }
    }
    "#);
    assert_shown!(registry.read("/hooks").await.shown(), @r#"
    404 {
      "error": {
        "code": "not-found",
        "details": [],
        "message": "There is no such route."
      }
    }
    "#);
    assert_shown!(registry.read("/rules/tabs").await.shown(), @r#"
    404 {
      "error": {
        "code": "not-found",
        "details": [],
        "message": "There is no such definition."
      }
    }
    "#);
    assert_shown!(registry.read("/rules/style/versions/9").await.shown(), @r#"
    404 {
      "error": {
        "code": "not-found",
        "details": [],
        "message": "There is no such version."
      }
    }
    "#);
    assert_shown!(registry.get("/api/workspaces/none").await.shown(), @r#"
    404 {
      "error": {
        "code": "not-found",
        "details": [],
        "message": "There is no such workspace."
      }
    }
    "#);
    assert_shown!(registry.get("/api/runs/none").await.shown(), @r#"
    404 {
      "error": {
        "code": "not-found",
        "details": [],
        "message": "There is no such run."
      }
    }
    "#);
    let nobody = registry.ask(Method::GET, "/api/workspaces", None).await;
    assert_shown!(nobody.shown(), @r#"
    401 {
      "error": {
        "code": "unauthorized",
        "details": [],
        "message": "Send a valid token as `Authorization: Bearer …`."
      }
    }
    "#);
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
    for (path, allowed) in [("/api/workspaces", "GET, HEAD, POST"), ("/healthz", "GET, HEAD")] {
        let wrong = registry.ask(Method::DELETE, path, Some(ADMIN)).await;
        assert_eq!((wrong.status, &wrong.body["error"]["code"]), (405, &"method-not-allowed".into()), "{path}");
        assert_eq!(wrong.header("allow"), allowed);
    }
}

pub async fn hostile_ids_are_only_not_found(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let own = registry.workspace().await;
    let long = "a".repeat(5000);
    let hostile =
        ["%00", "a%00b", "%FF%FE", "'%20OR%201=1--", "%25", "_", "..%2F..%2Fetc", "%F0%9F%92%A5", "-1", &long];
    for id in hostile {
        for path in [
            format!("/api/runs/{id}"),
            format!("/api/workspaces/{id}"),
            format!("/api/workspaces/{id}/runs"),
            format!("/api/workspaces/{id}/rules"),
            format!("/api/workspaces/{id}/rules/style"),
            format!("/api/workspaces/{id}/sync/status"),
            format!("/api/workspaces/{own}/{id}"),
            format!("/api/workspaces/{own}/rules/{id}"),
            format!("/api/workspaces/{own}/rules/{id}/versions"),
            format!("/api/workspaces/{own}/rules/style/versions/{id}"),
        ] {
            let answer = registry.get(&path).await;
            assert_eq!((answer.status, &answer.body["error"]["code"]), (404, &"not-found".into()), "{path}");
        }
        let sync = registry.ask(Method::POST, &format!("/api/workspaces/{id}/sync"), Some(ADMIN)).await;
        assert_eq!(sync.status, 404, "{id}");
    }
    for token in ["", " ", "'--", &long] {
        assert_eq!(registry.ask(Method::GET, "/api/workspaces", Some(token)).await.status, 401, "{token:?}");
    }
}
