//! A first import of ten thousand files, from the webhook to the last definition: alone, and while pushes come in.

use super::Row;
use super::by_hand;
use super::load::{rate, untouched_push};
use super::support::wait::eventually;
use super::support::{Repo, Setup, TestApp};
use std::time::{Duration, Instant};

const FILES: usize = 10_000;

pub async fn ten_thousand(setup: Setup) -> Vec<Row> {
    let repo = repository();
    let app = TestApp::start(setup).await;
    let begun = Instant::now();
    app.install(&repo, "octo/alone").await;
    let alone = FILES as f64 / begun.elapsed().as_secs_f64();
    let mut rows = vec![(format!("import of {FILES} files of 1 KB, files per second"), format!("{alone:.0}"))];
    if setup == Setup::Distributed {
        let by_hand = by_hand::rate(FILES, &text(0)).await;
        rows.push(("rows of definitions and versions, inserted by hand, per second".into(), format!("{by_hand:.0}")));
        rows.push(("ratio".into(), format!("{:.2}", alone / by_hand)));
    }
    rows.extend(with_pushes(setup, &repo).await);
    rows
}

fn repository() -> Repo {
    let repo = Repo::init();
    for number in 0..FILES {
        repo.write(&format!(".cursor/rules/group-{}/rule-{number}.mdc", number % 100), text(number));
    }
    repo.commit_all();
    repo
}

fn text(number: usize) -> String {
    format!("---\ndescription: Rule {number}\nglobs: src/{number}/**\n---\n{}", "Do as it says. ".repeat(60))
}

/// The same, with as many pushes as come through for two seconds in its middle.
async fn with_pushes(setup: Setup, repo: &Repo) -> Vec<Row> {
    let app = TestApp::start(setup).await;
    let small = Repo::with(&[(".cursor/rules/style.mdc", "Use tabs.")]);
    let (id, _) = app.install(&small, "octo/small").await;
    let body = untouched_push(id, app.installation);
    let secret = app.github.webhook_secret();
    let address = app.address().trim_start_matches("http://").to_owned();
    let large = app.host(repo, "octo/large");
    let begun = Instant::now();
    app.github.announce_repository(large).await.unwrap();
    let workspace = app.workspace("octo/large").await;
    eventually("the import to begin", async || {
        let total = app.get(&format!("/api/workspaces/{workspace}/rules?pageSize=1")).await["meta"]["total"].clone();
        if total.as_i64().unwrap_or_default() > 0 { Ok(()) } else { Err(total.to_string()) }
    })
    .await;
    let meanwhile = rate(&address, &secret, &body, Duration::from_secs(2)).await;
    app.settled(&workspace, &repo.head()).await;
    let seconds = begun.elapsed().as_secs_f64();
    vec![
        ("intake during such an import, per second".into(), format!("{meanwhile:.0}")),
        ("that import, with 2 s of full intake load in it".into(), format!("{seconds:.1} s")),
    ]
}
