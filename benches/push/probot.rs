//! Intake beside Probot, the framework that many GitHub Apps are made with, which stores nothing. `scripts/bench-probot` runs it.

use super::Row;
use super::intake;
use super::support::Setup;
use super::support::wait::eventually;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use tokio::net::TcpStream;

/// `folder` is the one into which npm has put Probot.
pub async fn beside(setup: Setup, folder: &Path) -> Vec<Row> {
    let mut started = None;
    let compared = intake::beside(setup, async |secret| {
        let (process, address) = start(folder, secret).await;
        started = Some(process);
        address
    });
    let compared = compared.await;
    let mut process = started.unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    vec![
        ("intake: ours, durable, per second".into(), format!("{:.0}", compared.ours)),
        ("Probot, which stores nothing".into(), format!("{:.0}", compared.others)),
        ("ratio, median of the pairs".into(), format!("{:.1}", compared.ratio)),
    ]
}

async fn start(folder: &Path, secret: &str) -> (Child, String) {
    let script = folder.join("server.mjs");
    std::fs::write(&script, include_str!("probot.mjs")).unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut node = Command::new("node");
    node.arg(script)
        .env("PORT", address.port().to_string())
        .env("WEBHOOK_SECRET", secret)
        .env("NODE_ENV", "production");
    let process = node.spawn().unwrap();
    let listens = async || TcpStream::connect(address).await.map(drop).map_err(|error| error.to_string());
    eventually("Probot to listen", listens).await;
    (process, address.to_string())
}
