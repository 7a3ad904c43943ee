//! A load of signed pushes over kept connections, cheap enough to leave the cores to the server.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 64;

/// A push of about 10 KB that touches nothing of ours, on the default branch of `repository`.
pub fn untouched_push(repository: i64, installation: i64) -> Vec<u8> {
    let commit = |n: usize| {
        serde_json::json!({
            "id": format!("{n:040x}"), "message": "Change something else, and say why in a sentence or two. ".repeat(4),
            "timestamp": "2026-11-23T10:00:00Z", "added": [], "removed": [],
            "modified": [format!("src/module_{n}/lib.rs"), format!("src/module_{n}/tests.rs")],
            "author": {"name": "An Author", "email": "author@example.com"},
        })
    };
    let commits: Vec<_> = (0..20).map(commit).collect();
    let push = serde_json::json!({
        "ref": "refs/heads/main", "before": "1".repeat(40), "after": "2".repeat(40), "forced": false,
        "created": false, "deleted": false, "base_ref": null, "commits": commits,
        "repository": {"id": repository, "full_name": "octo/bench", "private": false, "default_branch": "main"},
        "installation": {"id": installation, "node_id": "x"},
        "sender": {"login": "octo", "id": 1},
    });
    push.to_string().into_bytes()
}

pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// By time, as GitHub's are (UUIDs of version 1): two that follow each other are neighbours in an index, random ones are not.
fn delivery_id() -> String {
    static SENT: AtomicU64 = AtomicU64::new(0);
    /// From October 1582 to 1970, in the 100 ns that such an id counts in.
    const BEFORE_UNIX: u128 = 0x01b2_1dd2_1381_4000;
    let ticks = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() / 100 + BEFORE_UNIX;
    let (low, middle, high) = (ticks & 0xffff_ffff, ticks >> 32 & 0xffff, ticks >> 48 & 0xfff);
    let sequence = 0x8000 | SENT.fetch_add(1, Ordering::Relaxed) & 0x3fff;
    format!("{low:08x}-{middle:04x}-1{high:03x}-{sequence:04x}-0e4f3503ccbe")
}

/// Accepted deliveries per second at `address` (host:port), each under an id of its own.
pub async fn rate(address: &str, secret: &str, body: &[u8], length: Duration) -> f64 {
    let signature = signature(secret, body);
    let head = format!(
        "POST /webhooks/github HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n\
         X-Hub-Signature-256: {signature}\r\nContent-Length: {}\r\n",
        body.len()
    );
    let accepted = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + length;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        tasks.spawn(connection(address.to_owned(), head.clone(), body.to_vec(), until, accepted.clone()));
    }
    let begun = Instant::now();
    tasks.join_all().await;
    accepted.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

async fn connection(address: String, head: String, body: Vec<u8>, until: Instant, accepted: Arc<AtomicU64>) {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; 4096];
    while Instant::now() < until {
        let mut request = format!("{head}X-GitHub-Delivery: {}\r\n\r\n", delivery_id()).into_bytes();
        request.extend_from_slice(&body);
        stream.write_all(&request).await.unwrap();
        let read = stream.read(&mut answer).await.unwrap();
        // 202 of ours, 200 of others.
        if answer[..read].starts_with(b"HTTP/1.1 20") {
            accepted.fetch_add(1, Ordering::Relaxed);
        }
    }
}
