//! Random histories under random misfortune: whatever came late, twice, in another order or not at all, however often the
//! processes were killed and the servers under them crashed, the registry ends equal to a clean import of the head. What
//! people write meanwhile stands beside it, and leaves no trace in what is git's.
//!
//! `CONVERGENCE_SEED=7` replays one seed, `CONVERGENCE_SEEDS=300` runs that many, from `CONVERGENCE_FIRST` on, and
//! `CONVERGENCE_LOG=debug` shows what the processes log. `scripts/converge` does all this.

pub mod compare;
mod corpus;
mod fleet;
mod ground;
mod history;
mod people;

use crate::support::{Repo, Setup, TestApp};
use dotcursor::sandbox::DeliveryMode;
use fleet::Fleet;
use ground::Ground;
use people::People;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::time::Duration;

const STEPS: usize = 14;
const QUICK: [(&str, &str); 3] =
    [("DOTCURSOR_SYNC_INTERVAL", "1h"), ("DOTCURSOR_READ_LAG", "100ms"), ("DOTCURSOR_TASK_TIMEOUT", "1s")];

#[tokio::test(flavor = "multi_thread")]
async fn embedded() {
    run(&Ground::Embedded, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed() {
    run(&Ground::distributed().await, 3).await;
}

async fn run(ground: &Ground, usual: u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("CONVERGENCE_SEED") {
        return converge(ground, seed).await;
    }
    let first = number("CONVERGENCE_FIRST").unwrap_or(1);
    for seed in first..first + number("CONVERGENCE_SEEDS").unwrap_or(usual) {
        converge(ground, seed).await;
    }
}

/// One seed, from an empty registry to the comparison.
#[expect(clippy::print_stdout, reason = "who runs hundreds wants to see how far it is")]
async fn converge(ground: &Ground, seed: u64) {
    let told = format!("seed {seed}; replay it with CONVERGENCE_SEED={seed}");
    let begun = std::time::Instant::now();
    let mut random = SmallRng::seed_from_u64(seed);
    let database = ground.database().await;
    let servers = ground.variables(database.as_ref());
    let variables: Vec<(&str, &str)> = servers.iter().map(|(name, url)| (*name, url.as_str())).chain(QUICK).collect();
    let mut app = TestApp::without_server(Setup::Embedded, &variables).await;
    let mut fleet = ground.fleet(&app.variables).await;
    app.serve_at(&fleet.apis()[0], fleet.receiver());
    let repo = Repo::with(&[(".cursor/rules/first.mdc", "First.")]);
    let id = app.host(&repo, "octo/random");
    app.github.announce_repository(id).await.expect("a webhook is sent");
    let mut people = People::default();
    for _ in 0..STEPS {
        step(ground, &mut fleet, &app, (&repo, id), &mut people, &mut random).await;
    }
    history::mend_settings(&repo);
    app.github.set_delivery_mode(DeliveryMode::Now);
    app.announce(id).await;
    app.github.deliver_all().await;
    fleet.ready().await;
    let workspace = app.workspace("octo/random").await;
    // GitHub's replicas are believed once the lag is over.
    tokio::time::sleep(Duration::from_millis(150)).await;
    compare::last_sync(&app, &workspace, &repo, &told).await;
    compare::gits_side_equals_a_clean_import(&app, &workspace, &repo, &told).await;
    people.take_back(&app, &workspace, &told).await;
    for api in fleet.apis() {
        app.serve_at(&api, fleet.receiver());
        compare::equals_a_clean_import(&app, &workspace, &repo, &told).await;
    }
    compare::nothing_left_over(&app, &told).await;
    println!("seed {seed} converged after {:.1} s", begun.elapsed().as_secs_f32());
}

/// Something happens in the repository, and something happens to us: servers go down and processes die before it, and come
/// back after it.
async fn step(
    ground: &Ground,
    fleet: &mut Fleet,
    app: &TestApp,
    (repo, id): (&Repo, i64),
    people: &mut People,
    random: &mut SmallRng,
) {
    let outage = ground.outage(random).await;
    let early = random.random_bool(0.12).then(|| fleet.kill_one(random));
    history::step(repo, random);
    misfortune(app, id, random).await;
    let apis = fleet.apis();
    let api = &apis[random.random_range(0..apis.len())];
    people.act(api, random).await;
    // Somebody reads all the while, so that there is something in the caches that could be wrong later.
    compare::read_all(api).await;
    let late = (early.is_none() && random.random_bool(0.2)).then(|| fleet.kill_one(random));
    if let Some(outage) = outage {
        outage.end().await;
    }
    if let Some(victim) = early.or(late) {
        fleet.start_again(victim).await;
    }
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
