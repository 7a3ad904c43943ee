//! What a push costs: taken in, readable, in calls to GitHub, and by the ten thousand. `scripts/bench` runs it.
//!
//! Every rate is measured beside the thing that it is compared with, in turns, in this one process on the same cores.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a bench is a test")]

mod by_hand;
mod calls;
mod import;
mod intake;
mod latency;
mod load;
mod probot;
mod start;
mod streams;

#[allow(dead_code, unused_imports, clippy::print_stderr, reason = "tests use the rest of it")]
#[path = "../../tests/it/support/mod.rs"]
mod support;

use support::Setup;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lines of the table at the end: what, and what came out.
pub type Row = (String, String);

fn main() {
    let setup = match std::env::args().find(|word| word == "embedded" || word == "distributed").as_deref() {
        Some("distributed") => Setup::Distributed,
        _ => Setup::Embedded,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(chosen(setup));
    println!("\n| {setup:?} | |\n|---|---|");
    for (what, came_out) in rows {
        println!("| {what} | {came_out} |");
    }
    std::process::exit(0);
}

/// All of it, or one part: `streams`, or `probot FOLDER` with the folder into which npm has put Probot.
async fn chosen(setup: Setup) -> Vec<Row> {
    let words: Vec<String> = std::env::args().collect();
    let after = |name| words.iter().position(|word| word == name).map(|at| at + 1);
    if after("streams").is_some() {
        streams::watched_import(setup).await
    } else if let Some(at) = after("probot") {
        probot::beside(setup, words.get(at).expect("the folder of Probot").as_ref()).await
    } else {
        run(setup).await
    }
}

async fn run(setup: Setup) -> Vec<Row> {
    let mut rows = vec![];
    rows.extend(start::idle(setup).await);
    rows.extend(intake::alone(setup).await);
    rows.extend(latency::push_to_readable(setup).await);
    rows.extend(calls::counted(setup).await);
    rows.extend(import::ten_thousand(setup).await);
    rows.extend(streams::watched_import(setup).await);
    rows
}

/// The middle one of an odd number of figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
