//! A first import of ten thousand files, from the webhook to the last definition; and intake meanwhile.

use super::Row;
use super::load::{rate, untouched_push};
use super::support::wait::eventually;
use super::support::{Repo, Setup, TestApp};
use std::time::{Duration, Instant};

const FILES: usize = 10_000;

pub async fn ten_thousand(setup: Setup) -> Vec<Row> {
    let app = TestApp::start(setup).await;
    let small = Repo::with(&[(".cursor/rules/style.mdc", "Use tabs.")]);
    let (id, _) = app.install(&small, "octo/small").await;
    let body = untouched_push(id, app.installation);
    let secret = app.github.webhook_secret();
    let address = app.address().trim_start_matches("http://").to_owned();

    let repo = Repo::init();
    for number in 0..FILES {
        let text =
            format!("---\ndescription: Rule {number}\nglobs: src/{number}/**\n---\n{}", "Do as it says. ".repeat(60));
        repo.write(&format!(".cursor/rules/group-{}/rule-{number}.mdc", number % 100), text);
    }
    let head = repo.commit_all();
    let begun = Instant::now();
    let large = app.host(&repo, "octo/large");
    app.github.announce_repository(large).await.unwrap();
    let workspace = app.workspace("octo/large").await;
    eventually("the import to begin", async || {
        let total = app.get(&format!("/api/workspaces/{workspace}/rules?pageSize=1")).await["meta"]["total"].clone();
        if total.as_i64().unwrap_or_default() > 0 { Ok(()) } else { Err(total.to_string()) }
    })
    .await;
    let meanwhile = rate(&address, &secret, &body, Duration::from_secs(2)).await;
    let waited = Instant::now();
    app.settled(&workspace, &head).await;
    let seconds = begun.elapsed().as_secs_f64();
    vec![
        (
            format!("import of {FILES} files of 1 KB, with 2 s of full intake load in between"),
            format!("{seconds:.1} s, {:.0} files/s", FILES as f64 / seconds),
        ),
        ("intake during that import, per second".into(), format!("{meanwhile:.0}")),
        ("import left after the load ended".into(), format!("{:.1} s", waited.elapsed().as_secs_f64())),
    ]
}
