//! What reading costs: one definition, and a page of 100 out of 100,000, cached and not, against a bare handler that answers the
//! same bytes; and how long lists that look at all of the 100,000 take.
//!
//! `cargo bench --bench api -- [embedded|distributed]`; `scripts/bench` runs it. Rates are measured in turns, in this one process on the same
//! cores.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench is a test"
)]

mod bare;
mod load;
mod rows;

#[allow(dead_code, unused_imports, clippy::print_stderr, reason = "tests use the rest of it")]
#[path = "../../tests/it/support/mod.rs"]
mod support;

use load::Load;
use std::time::Instant;
use support::app::ADMIN_TOKEN;
use support::{Setup, TestApp};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TURNS: usize = 7;
const ROUNDS: usize = 5;

fn main() {
    let setup = match std::env::args().find(|word| word == "embedded" || word == "distributed").as_deref() {
        Some("distributed") => Setup::Distributed,
        _ => Setup::Embedded,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(setup));
    std::process::exit(0);
}

async fn run(setup: Setup) {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_RATE_LIMIT", "0")]).await;
    let workspace = rows::fill(&app, setup).await;
    // For the rest of the process, as the load runs on tasks of its own.
    let rules: &'static str = Box::leak(format!("/api/workspaces/{workspace}/rules").into_boxed_str());
    println!("\n| {setup:?}: requests per second | ours | bare | ratio |\n|---|---|---|---|");
    let one = move |n: usize| format!("{rules}/rule-{:06}", n % rows::NUMBER);
    let page = move |n: usize| format!("{rules}?pageSize=100&page={}", n % (rows::NUMBER / 100) + 1);
    compare(&app, "one definition, cached", move |_| one(0)).await;
    compare(&app, "one definition, another each time", one).await;
    compare(&app, "a page of 100, cached", move |_| page(0)).await;
    compare(&app, "a page of 100, another each time", page).await;
    println!("\n| {setup:?}: one request, not cached | median |\n|---|---|");
    let lists: [(&str, &dyn Fn(usize) -> String); 7] = [
        ("the first page", &|n| format!("?pageSize={}", 99 - n)),
        ("the last page", &|n| format!("?pageSize=100&page={}", rows::NUMBER / 100 - n)),
        ("the latest changes", &|n| format!("?pageSize={}&sort=-updatedAt", 99 - n)),
        ("by path", &|n| format!("?pageSize={}&sort=path", 99 - n)),
        ("search that finds nothing in 300 MB of text", &|n| format!("?search=zqz{n}zqz")),
        ("search that finds ten by name", &|n| format!("?search=rule-0{n}451")),
        ("search that finds all", &|n| format!("?search=u&pageSize={}", 99 - n)),
    ];
    for (what, query) in lists {
        println!("| {what} | {:.0} ms |", alone(&app, rules, query).await);
    }
}

/// Ours and a bare handler with the same bytes, in turns; prints medians, and the median of the ratios.
async fn compare(app: &TestApp, what: &str, path: impl Fn(usize) -> String + Copy + Send + 'static) {
    let ours = app.address().trim_start_matches("http://").to_owned();
    let body = app.get(&path(0)).await.to_string();
    let bare = bare::serve(body);
    let (mut with, mut without, mut ratios) = (vec![], vec![], vec![]);
    let mut load = Load::new(ADMIN_TOKEN);
    for _ in 0..TURNS {
        let plain = load.rate(&bare, |_| "/".to_owned()).await;
        let full = load.rate(&ours, path).await;
        with.push(full);
        without.push(plain);
        ratios.push(full / plain);
    }
    println!("| {what} | {:.0} | {:.0} | {:.2} |", median(with), median(without), median(ratios));
}

/// Milliseconds of one request after another, each another one; median.
async fn alone(app: &TestApp, rules: &str, query: &dyn Fn(usize) -> String) -> f64 {
    let mut took = vec![];
    for n in 0..ROUNDS {
        let path = format!("{rules}{}", query(n));
        let begun = Instant::now();
        app.get(&path).await;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    median(took)
}

/// The middle one of an odd number of figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
