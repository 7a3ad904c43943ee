//! From the delivery of a push to the moment when its text can be read over the API.

use super::Row;
use super::support::{Repo, Setup, TestApp};
use dotcursor::sandbox::DeliveryMode;
use std::time::{Duration, Instant};

const PUSHES: usize = 200;
const PATH: &str = ".cursor/rules/style.mdc";

pub async fn push_to_readable(setup: Setup) -> Vec<Row> {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(PATH, "Text 0.")]);
    let (id, workspace) = app.install(&repo, "octo/latency").await;
    app.github.set_delivery_mode(DeliveryMode::Held);
    let mut times = vec![];
    for number in 1..=PUSHES {
        let text = format!("Text {number}.");
        repo.commit(&[(PATH, &text)]);
        app.announce(id).await;
        let begun = Instant::now();
        app.github.deliver_all().await;
        while app.definition(&workspace, "rules", "style").await["content"] != text.as_str() {
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    vec![(
        format!("push to readable, one file, {PUSHES} pushes"),
        format!("median {:.1} ms, p99 {:.1} ms, longest {:.1} ms", at(0.5), at(0.99), at(1.0)),
    )]
}
