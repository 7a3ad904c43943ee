//! Random histories under random misfortune: whatever came late, twice, in another order or not at all, and however often
//! the server was killed, the registry ends equal to a clean import of the head.
//!
//! `CONVERGENCE_SEED=7` replays one seed, `CONVERGENCE_SEEDS=300` runs that many. `scripts/converge` does both.

mod child;
mod compare;
mod history;

use crate::support::{Repo, Setup, TestApp};
use child::Child;
use dotcursor::sandbox::DeliveryMode;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::time::Duration;

const STEPS: usize = 14;
const QUICK: [(&str, &str); 3] =
    [("DOTCURSOR_SYNC_INTERVAL", "1h"), ("DOTCURSOR_READ_LAG", "100ms"), ("DOTCURSOR_TASK_TIMEOUT", "1s")];

#[tokio::test(flavor = "multi_thread")]
async fn embedded() {
    run(Setup::Embedded, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed() {
    run(Setup::Distributed, 2).await;
}

async fn run(setup: Setup, usual: u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("CONVERGENCE_SEED") {
        return converge(setup, seed).await;
    }
    for seed in 1..=number("CONVERGENCE_SEEDS").unwrap_or(usual) {
        converge(setup, seed).await;
    }
}

/// One seed, from an empty registry to the comparison.
async fn converge(setup: Setup, seed: u64) {
    let told = format!("seed {seed} of {setup:?}; replay it with CONVERGENCE_SEED={seed}");
    let mut random = SmallRng::seed_from_u64(seed);
    let mut app = TestApp::without_server(setup, &QUICK).await;
    let mut server = Child::start(&app.variables).await;
    app.serve_at(server.address());
    let repo = Repo::with(&[(".cursor/rules/first.mdc", "First.")]);
    let id = app.host(&repo, "octo/random");
    app.github.announce_repository(id).await.expect("a webhook is sent");
    for _ in 0..STEPS {
        history::step(&repo, &mut random);
        misfortune(&app, id, &mut random).await;
        if random.random_bool(0.25) {
            server = server.kill_and_start_again().await;
        }
    }
    app.github.set_delivery_mode(DeliveryMode::Now);
    app.github.deliver_all().await;
    let workspace = app.workspace("octo/random").await;
    // GitHub's replicas are believed once the lag is over.
    tokio::time::sleep(Duration::from_millis(150)).await;
    compare::equals_a_clean_import(&app, &workspace, &repo, &told).await;
    drop(server);
}

/// Tells of the push: now, twice, never, or held to be delivered in another order.
async fn misfortune(app: &TestApp, repository: i64, random: &mut SmallRng) {
    let mode = match random.random_range(0..10) {
        0..4 => DeliveryMode::Now,
        4 | 5 => DeliveryMode::Twice,
        6 | 7 => DeliveryMode::Held,
        _ => DeliveryMode::Never,
    };
    app.github.set_delivery_mode(mode);
    app.announce(repository).await;
    let held = app.github.held();
    if !held.is_empty() && random.random_bool(0.5) {
        let one = &held[random.random_range(0..held.len())];
        app.github.deliver(&one.guid).await.expect("a held delivery is sent");
    }
}
