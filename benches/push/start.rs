//! A process that has nothing to do: how soon it is ready, and what it holds in memory.

use super::support::wait::eventually;
use super::support::{Setup, TestApp};
use super::{Row, median};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STARTS: usize = 11;

pub async fn idle(setup: Setup) -> Vec<Row> {
    let app = TestApp::without_server(setup, &[]).await;
    // The first one makes the tables.
    let (mut process, _) = start(&app).await;
    let mut times = vec![];
    for _ in 0..STARTS {
        end(process);
        let time;
        (process, time) = start(&app).await;
        times.push(time.as_secs_f64() * 1000.0);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let memory = resident_kib(process.id());
    end(process);
    vec![
        ("start to ready, median".into(), format!("{:.0} ms", median(times))),
        ("resident memory, idle".into(), format!("{:.1} MB", memory as f64 / 1024.0)),
    ]
}

async fn start(app: &TestApp) -> (Child, Duration) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let begun = Instant::now();
    let process = Command::new(env!("CARGO_BIN_EXE_dotcursor"))
        .arg("serve")
        .env_clear()
        .envs(&app.variables)
        .env("DOTCURSOR_LISTEN", address.to_string())
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let url = format!("http://{address}/readyz");
    let http = reqwest::Client::new();
    eventually("the server to be ready", async || match http.get(&url).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
    (process, begun.elapsed())
}

fn end(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Memory that is really there, as Linux tells it.
fn resident_kib(process: u32) -> u64 {
    let told = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
