//! What references mean: of a whole workspace, and after one change; from 1,000 to 100,000 definitions, five references each.
//!
//! `cargo bench --bench resolve`. First in memory (who refers to whom, both directions, cycles and order), then as the store
//! does it, with SQLite: everything settled anew, and one definition of them changed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a benchmark tells on its terminal, and ends where something is wrong"
)]

use dotcursor::config::DatabaseConfig;
use dotcursor::model::{
    Actor, BlobSha, DefinitionId, Kind, Location, Reference, ReferenceKind, RepositoryId, WorkspaceId,
};
use dotcursor::parse;
use dotcursor::plan::digest;
use dotcursor::resolve::{Called, Graph, Node, Order, settle};
use dotcursor::store::Store;
use dotcursor::store::import::ImportedFile;
use dotcursor::store::jobs::Subject;
use dotcursor::store::migrate::{Direction, migrate};
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

const REFERENCES: usize = 5;
const ROUNDS: usize = 7;

fn main() {
    println!("| definitions | in memory, all | the same per definition | stored, all | stored, after one change |");
    println!("|---|---|---|---|---|");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for number in [1_000, 10_000, 100_000] {
        let all = in_memory(number);
        let (again, one) = runtime.block_on(stored(number));
        let each = all * 1e6 / number as f64;
        println!("| {number} | {:.1} ms | {each:.2} µs | {:.0} ms | {:.1} ms |", all * 1e3, again * 1e3, one * 1e3);
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Definition `n` refers to some of those around it, and to one far away, so that there are cycles of all sizes.
fn targets(n: usize, number: usize) -> impl Iterator<Item = usize> {
    (1..REFERENCES).map(move |step| (n + step * step) % number).chain([n * 7919 % number])
}

fn in_memory(number: usize) -> f64 {
    let id = |n: usize| DefinitionId::from_text(format!("{n:08}"));
    let nodes: Vec<Node> = (0..number)
        .map(|n| Node {
            kind: Kind::Rule,
            name: format!("rule-{n}"),
            path: format!(".cursor/rules/rule-{n}.mdc"),
            repository: Some(RepositoryId::new(1)),
            id: id(n),
            called: Called::ByName,
        })
        .collect();
    let reference =
        |n: usize| Reference { kind: ReferenceKind::Mention, target_kind: None, target: format!("rule-{n}"), line: 1 };
    let said: HashMap<DefinitionId, Vec<Reference>> =
        (0..number).map(|n| (id(n), targets(n, number).map(reference).collect())).collect();
    let once = || {
        let begun = Instant::now();
        let (links, missing) = settle(&nodes, &said);
        let graph = Graph::new(nodes.clone(), links);
        let order = Order::of(&graph);
        black_box((order, missing));
        begun.elapsed().as_secs_f64()
    };
    median((0..ROUNDS).map(|_| once()).collect())
}

async fn stored(number: usize) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let config = DatabaseConfig::Sqlite { path: folder.path().join("registry.db") };
    migrate(&config, Direction::Up).await.unwrap();
    let store = Store::connect(&config).await.unwrap();
    let workspace = store.create_workspace("bench", &Actor::Cli).await.unwrap();
    let files: Vec<ImportedFile> = (0..number).map(|n| file(n, number, "")).collect();
    import(&store, &workspace, &files).await;
    let rounds = if number > 10_000 { 3 } else { ROUNDS };
    let whole = Subject { workspace: workspace.clone(), kind: None, definition: None };
    let mut again = Vec::new();
    let mut one = Vec::new();
    for round in 0..rounds {
        let begun = Instant::now();
        store.settle_links(&whole, &Actor::Cli).await.unwrap();
        again.push(begun.elapsed().as_secs_f64());
        let changed = [file(number / 2, number, &format!(" Round {round}."))];
        store.import(&workspace, &changed).await.unwrap();
        let run = store.begin_import(&workspace, 1).await.unwrap().unwrap();
        let begun = Instant::now();
        store
            .finish_import(
                &workspace,
                &dotcursor::model::RunId::from_text(run.id),
                dotcursor::model::WorkStatus::Completed,
            )
            .await
            .unwrap();
        one.push(begun.elapsed().as_secs_f64());
    }
    (median(again), median(one))
}

async fn import(store: &Store, workspace: &WorkspaceId, files: &[ImportedFile]) {
    let run = store.begin_import(workspace, files.len()).await.unwrap().unwrap();
    for some in files.chunks(500) {
        store.import(workspace, some).await.unwrap();
    }
    store
        .finish_import(workspace, &dotcursor::model::RunId::from_text(run.id), dotcursor::model::WorkStatus::Completed)
        .await
        .unwrap();
}

fn file(n: usize, number: usize, more: &str) -> ImportedFile {
    let location = Location::of(&format!(".cursor/rules/rule-{n}.mdc")).unwrap();
    let names: Vec<String> = targets(n, number).map(|n| format!("`rule-{n}`")).collect();
    let text = format!("See {}.{more}", names.join(", "));
    let blob = BlobSha::of_bytes(text.as_bytes());
    ImportedFile {
        parsed: parse::parse(&location, text.as_bytes(), &[]),
        seen: digest(&location, blob.as_str(), &[]),
        location,
        blob,
        size: text.len() as u64,
    }
}
