//! A load of GETs over kept connections, cheap enough to leave the cores to the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 32;
const TURN: Duration = Duration::from_secs(2);

pub struct Load {
    token: &'static str,
    /// Counts on from turn to turn, so that what is asked for once is not asked for again.
    next: Arc<AtomicUsize>,
}

impl Load {
    pub fn new(token: &'static str) -> Self {
        Self { token, next: Arc::default() }
    }

    /// Answers per second at `address` (host:port), each of another number.
    pub async fn rate(&mut self, address: &str, path: impl Fn(usize) -> String + Copy + Send + 'static) -> f64 {
        let begun = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            tasks.spawn(connection(address.to_owned(), self.token, path, self.next.clone(), begun + TURN));
        }
        let answered: usize = tasks.join_all().await.into_iter().sum();
        answered as f64 / begun.elapsed().as_secs_f64()
    }
}

async fn connection(
    address: String,
    token: &'static str,
    path: impl Fn(usize) -> String,
    next: Arc<AtomicUsize>,
    until: Instant,
) -> usize {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = vec![0; 1 << 18];
    let mut answered = 0;
    while Instant::now() < until {
        let path = path(next.fetch_add(1, Ordering::Relaxed));
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        answer(&mut stream, &mut buffer).await;
        answered += 1;
    }
    answered
}

/// Reads one whole answer.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    let head = loop {
        filled += stream.read(&mut buffer[filled..]).await.unwrap();
        if let Some(at) = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = std::str::from_utf8(&buffer[..head]).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    let length = text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut missing = length.unwrap_or(0usize) + head - filled;
    while missing > 0 {
        missing -= stream.read(buffer).await.unwrap();
    }
}
