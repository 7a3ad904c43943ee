//! An import that a thousand readers watch, beside the same one that nobody does, in turns.

use super::Row;
use super::median;
use super::support::app::ADMIN_TOKEN;
use super::support::{Repo, Setup, TestApp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const READERS: usize = 1_000;
const FILES: usize = 2_500;
const PAIRS: usize = 3;

pub async fn watched_import(setup: Setup) -> Vec<Row> {
    let (mut alone, mut watched, mut ratios) = (vec![], vec![], vec![]);
    let (mut told, mut written) = (0, 0);
    for pair in 0..PAIRS {
        // Who comes second finds warmer caches: they change places.
        let (first, second) = (run(setup, pair % 2 == 1).await, run(setup, pair % 2 == 0).await);
        let (with, without) = if pair % 2 == 1 { (first, second) } else { (second, first) };
        alone.push(without.seconds);
        watched.push(with.seconds);
        ratios.push(with.seconds / without.seconds);
        (told, written) = (told + with.told, written + with.written);
    }
    vec![
        (format!("import of {FILES} files into a workspace that nobody watches"), format!("{:.2} s", median(alone))),
        (format!("the same with {READERS} event-stream readers"), format!("{:.2} s", median(watched))),
        ("ratio".into(), format!("{:.2}", median(ratios))),
        ("events written in those imports, events told to all readers".into(), format!("{written}, {told}")),
    ]
}

struct Run {
    seconds: f64,
    written: usize,
    told: usize,
}

/// The workspace is there before the import, so that it can be watched; the import is what one push adds.
async fn run(setup: Setup, watched: bool) -> Run {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(".cursor/rules/style.mdc", "Use tabs.")]);
    let (id, workspace) = app.install(&repo, "octo/watched").await;
    let told = Arc::new(AtomicUsize::new(0));
    let mut readers = JoinSet::new();
    if watched {
        for _ in 0..READERS {
            let stream = open(&app, &workspace).await;
            readers.spawn(read(stream, told.clone()));
        }
    }
    for number in 0..FILES {
        let text = format!("---\ndescription: Rule {number}\n---\n{}", "Do as it says. ".repeat(60));
        repo.write(&format!(".cursor/rules/group-{}/rule-{number}.mdc", number % 100), text);
    }
    repo.commit_all();
    let begun = Instant::now();
    app.announce(id).await;
    app.settled(&workspace, &repo.head()).await;
    let seconds = begun.elapsed().as_secs_f64();
    let mut written = 0;
    while let Some(completed) = readers.join_next().await {
        written = completed.unwrap();
    }
    Run { seconds, written, told: told.load(Ordering::Relaxed) }
}

async fn open(app: &TestApp, workspace: &str) -> TcpStream {
    let address = app.address().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "GET /api/workspaces/{workspace}/sync/stream HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {ADMIN_TOKEN}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads until the import is told to be over; returns how many events it was told, by their numbers: a gap is a failure.
async fn read(mut stream: TcpStream, told: Arc<AtomicUsize>) -> usize {
    let (mut buffer, mut rest, mut last, mut count) = (vec![0; 16 * 1024], String::new(), None, 0);
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the stream ended");
        rest.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        while let Some(end) = rest.find('\n') {
            let line: String = rest.drain(..=end).collect();
            if let Some(id) = line.strip_prefix("id: ") {
                let id: i64 = id.trim().parse().unwrap();
                assert!(last.is_none_or(|last| id == last + 1), "{last:?} is followed by {id}");
                last = Some(id);
            }
            match line.strip_prefix("event: ").map(str::trim) {
                Some("ready") | None => {}
                Some(name) => {
                    count += 1;
                    told.fetch_add(1, Ordering::Relaxed);
                    if name == "completed" {
                        return count;
                    }
                }
            }
        }
    }
}
