//! What both caches promise: a hit is never wrong, one loads for all, and an absence is no failure.

use crate::support::private::{Kind, PrivateServer};
use crate::support::services;
use dotcursor::cache::{Cache, CacheConfig, CacheKey};
use dotcursor::model::WorkspaceId;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::bytes::Bytes;

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn memory() {
    conform(&Cache::new(&CacheConfig::Memory { max_bytes: 10_000_000 }).unwrap()).await;
}

#[tokio::test]
async fn redis() {
    let url = services::redis_url();
    let cache = redis_cache(&url);
    present(&cache).await;
    conform(&cache).await;
    two_instances_share_it(&url).await;
    entries_expire(&url).await;
}

#[tokio::test]
async fn an_absent_redis_is_no_failure() {
    // A listener that never answers, and one that is gone.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [silent.local_addr().unwrap(), gone] {
        let cache = redis_cache(&format!("redis://{address}"));
        let before = Instant::now();
        for _ in 0..10 {
            assert_eq!(load(&cache, &graph(1), "value").await, "value");
        }
        assert!(cache.ping().await.is_err());
        assert!(before.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_redis_that_is_emptied_or_killed_is_no_failure() {
    let server = PrivateServer::start(Kind::Redis).await;
    let cache = redis_cache(server.url());
    present(&cache).await;
    an_emptied_redis_is_filled_again(&cache, server.url()).await;
    a_killed_redis_is_no_failure(&cache, &server).await;
}

fn redis_cache(url: &str) -> Cache {
    let prefix = services::unique_name();
    Cache::new(&CacheConfig::Redis { url: url.into(), prefix }).unwrap()
}

/// Every case uses a workspace of its own.
pub async fn conform(cache: &Cache) {
    cache.ping().await.unwrap();
    what_was_put_is_found(cache).await;
    another_revision_is_another_value(cache).await;
    what_is_too_large_is_not_kept(cache).await;
    one_loads_for_all(cache).await;
    failures_are_not_kept(cache).await;
}

async fn what_was_put_is_found(cache: &Cache) {
    let key = graph(1);
    assert_eq!(cache.get(&key).await, None);
    cache.put(&key, Bytes::from("value")).await;
    assert_eq!(cache.get(&key).await, Some(Bytes::from("value")));
    cache.put(&key, Bytes::from("\0\u{ff}")).await;
    assert_eq!(cache.get(&key).await, Some(Bytes::from("\0\u{ff}")));
}

async fn another_revision_is_another_value(cache: &Cache) {
    let workspace = WorkspaceId::generate();
    let at = |revision| CacheKey::Graph { workspace: workspace.clone(), revision };
    cache.put(&at(1), Bytes::from("old")).await;
    assert_eq!(cache.get(&at(2)).await, None);
    assert_eq!(load(cache, &at(2), "new").await, "new");
    assert_eq!(cache.get(&at(1)).await, Some(Bytes::from("old")));
}

async fn what_is_too_large_is_not_kept(cache: &Cache) {
    let key = graph(1);
    cache.put(&key, Bytes::from(vec![b'x'; 1024 * 1024 + 1])).await;
    assert_eq!(cache.get(&key).await, None);
}

async fn one_loads_for_all(cache: &Cache) {
    let (key, loads) = (graph(1), AtomicUsize::new(0));
    let one = || {
        cache.get_or_load(&key, async {
            loads.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_millis(50)).await;
            Ok::<_, ()>(Bytes::from("value"))
        })
    };
    let all = futures::future::join_all((0..50).map(|_| one())).await;
    assert!(all.into_iter().all(|value| value == Ok(Bytes::from("value"))));
    assert_eq!(one().await, Ok(Bytes::from("value")));
    assert_eq!(loads.into_inner(), 1);
}

async fn failures_are_not_kept(cache: &Cache) {
    let key = graph(1);
    let failed: Result<Bytes, &str> = cache.get_or_load(&key, async { Err("away") }).await;
    assert_eq!(failed, Err("away"));
    assert_eq!(load(cache, &key, "value").await, "value");
}

async fn two_instances_share_it(url: &str) {
    let prefix = services::unique_name();
    let instance = || Cache::new(&CacheConfig::Redis { url: url.into(), prefix: prefix.clone() }).unwrap();
    let (one, other, key) = (instance(), instance(), graph(1));
    present(&one).await;
    present(&other).await;
    one.put(&key, Bytes::from("value")).await;
    assert_eq!(other.get(&key).await, Some(Bytes::from("value")));
}

async fn entries_expire(url: &str) {
    let prefix = services::unique_name();
    let cache = Cache::new(&CacheConfig::Redis { url: url.into(), prefix: prefix.clone() }).unwrap();
    present(&cache).await;
    let key = graph(1);
    cache.put(&key, Bytes::from("value")).await;
    let mut connection = connect(url).await;
    let names: Vec<String> = redis::cmd("KEYS").arg(format!("{prefix}:*")).query_async(&mut connection).await.unwrap();
    let [name] = names.as_slice() else { panic!("one key and not {names:?}") };
    let milliseconds: u64 = redis::cmd("PTTL").arg(name).query_async(&mut connection).await.unwrap();
    let left = Duration::from_millis(milliseconds);
    assert!(left <= key.lifetime() && left + SOON > key.lifetime(), "{left:?}");
}

async fn connect(url: &str) -> redis::aio::MultiplexedConnection {
    redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap()
}

async fn an_emptied_redis_is_filled_again(cache: &Cache, url: &str) {
    let key = graph(1);
    cache.put(&key, Bytes::from("value")).await;
    redis::cmd("FLUSHALL").exec_async(&mut connect(url).await).await.unwrap();
    assert_eq!(cache.get(&key).await, None);
    assert_eq!(load(cache, &key, "again").await, "again");
    assert_eq!(cache.get(&key).await, Some(Bytes::from("again")));
}

async fn a_killed_redis_is_no_failure(cache: &Cache, server: &PrivateServer) {
    let key = graph(1);
    cache.put(&key, Bytes::from("value")).await;
    server.crash().await;
    assert_eq!(load(cache, &key, "loaded").await, "loaded");
    assert_eq!(load(cache, &key, "loaded anew").await, "loaded anew");
    server.start_again().await;
    present(cache).await;
    assert_eq!(load(cache, &key, "kept").await, "kept");
    assert_eq!(cache.get(&key).await, Some(Bytes::from("kept")));
}

/// A key that no other case uses.
fn graph(revision: i64) -> CacheKey {
    CacheKey::Graph { workspace: WorkspaceId::generate(), revision }
}

async fn load(cache: &Cache, key: &CacheKey, value: &'static str) -> Bytes {
    cache.get_or_load(key, async { Ok::<_, ()>(Bytes::from(value)) }).await.unwrap()
}

/// Connections are made in the background.
async fn present(cache: &Cache) {
    let connected = async {
        while cache.ping().await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, connected).await.expect("Redis can be reached");
}
