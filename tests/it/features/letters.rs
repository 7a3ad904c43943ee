//! Dead letters: out of the broker, into the hands of administrators.

use crate::support::app::ADMIN_TOKEN;
use crate::support::wait::eventually;
use crate::support::{Setup, TestApp};
use dotcursor::config::Config;
use dotcursor::queue::{Lane, Queue};
use reqwest::Method;

/// The embedded queue holds nothing but what this program has written a moment ago, so that nobody can put such a message there.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_worker_can_read_is_kept_and_told_distributed() {
    let app = TestApp::start(Setup::Distributed).await;
    let config = Config::from_variables(&|name| app.variables.get(name).cloned()).expect("a configuration");
    let queue = Queue::new(&config.queue).expect("a queue");
    let newer = br#"{"v":2,"task":"t","repository":7}"#;
    queue.publish_raw(Lane::Bulk, newer.to_vec()).await.expect("RabbitMQ takes it");
    let letter = eventually("the letter to be kept", async || {
        let list = app.get("/api/dead-letters").await;
        if list["meta"]["total"] == 1 { Ok(list["data"][0].clone()) } else { Err(list.to_string()) }
    })
    .await;
    assert_eq!((letter["cause"].as_str(), letter["lane"].as_str()), (Some("unreadable"), Some("bulk")), "{letter}");
    assert!(letter["error"].as_str().is_some_and(|error| error.contains("version 2")), "{letter}");
    assert_eq!(letter["body"]["data"].as_str().map(str::as_bytes), Some(&newer[..]));
    let retry = format!("/api/dead-letters/{}/retry", letter["id"].as_str().expect("an id"));
    let (status, body) = app.request(Method::POST, &retry, ADMIN_TOKEN).await;
    assert_eq!((status, &body["error"]["code"]), (409, &"nothing-to-retry".into()));
    assert!(queue.dead_letters(1).await.expect("RabbitMQ answers").letters.is_empty(), "it has left the broker");
}
