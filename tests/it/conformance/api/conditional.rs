//! What was read is not sent again while it stands.

use super::registry::{ADMIN, Registry};
use crate::support::Database;
use actix_web::http::{Method, header};
use actix_web::test::TestRequest;

const STYLE: &str = ".cursor/rules/style.mdc";

pub async fn what_stands_is_not_sent_again(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One.")]).await;
    let path = format!("/api/workspaces/{}/rules/style", registry.workspace().await);
    let bearer = (header::AUTHORIZATION, format!("Bearer {ADMIN}"));
    let ask = async |tag: &str| {
        let request = TestRequest::get().uri(&path).insert_header(bearer.clone());
        registry.send(request.insert_header((header::IF_NONE_MATCH, tag.to_owned()))).await
    };
    let first = registry.get(&path).await;
    let tag = first.header("etag").to_owned();
    assert_eq!((first.status, tag.len(), first.header("cache-control")), (200, 34, "private, no-cache"));
    let again = ask(&tag).await;
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, Some(""), tag.as_str()));
    registry.sync("two", &[(STYLE, "Two.")]).await;
    let changed = ask(&tag).await;
    assert_eq!((changed.status, &changed.body["data"]["content"]), (200, &"Two.".into()));
    let missing = ask("*").await;
    assert_eq!(missing.status, 304);
    let head = registry.ask(Method::HEAD, &path, Some(ADMIN)).await;
    assert_eq!((head.status, head.header("etag")), (200, changed.header("etag")));
    let refused = registry.ask(Method::HEAD, &path, None).await;
    assert_eq!((refused.status, refused.header("etag")), (401, ""));
}
