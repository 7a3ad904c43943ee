//! What PostgreSQL takes at best in this way: the same rows, in statements of 100 that are written by hand.

use super::support::Database;
use dotcursor::store::migrate::{Direction, migrate};
use std::fmt::Write;
use std::time::Instant;

const ROWS: usize = 100;

/// Definitions with their first version that are inserted per second, 100 in a transaction, over one connection.
pub async fn rate(files: usize, content: &str) -> f64 {
    let database = Database::postgres().await;
    migrate(&database.config(), Direction::Up).await.unwrap();
    let Database::Postgres(server) = &database else { unreachable!() };
    let (client, connection) = tokio_postgres::connect(&server.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let begun = Instant::now();
    for first in (0..files).step_by(ROWS) {
        let statements = statements(first..(first + ROWS).min(files), content);
        client.batch_execute(&statements).await.unwrap();
    }
    files as f64 / begun.elapsed().as_secs_f64()
}

/// One transaction: PostgreSQL runs what comes in one message as one.
fn statements(numbers: std::ops::Range<usize>, content: &str) -> String {
    let (mut definitions, mut versions) = (String::new(), String::new());
    for number in numbers {
        let comma = if definitions.is_empty() { "" } else { "," };
        let sha = format!("{number:040x}");
        let path = format!(".cursor/rules/group-{}/rule-{number}.mdc", number % 100);
        let json = format!(r#"{{"description": "Rule {number}", "globs": "src/{number}/**"}}"#);
        let _ = write!(
            definitions,
            "{comma}('{number:036}','w',1,'rule','group-rule-{number}','',NULL,'Rule {number}','github','{path}',2,'main',\
             '{sha}','{sha}','{sha}','{sha}','{content}','{json}','{{}}',1,'synced',NULL,NULL,false,'[]',1000,5,false,\
             now(),now(),now(),NULL)",
        );
        let _ = write!(
            versions,
            "{comma}('{number:036}',1,'{content}','{json}','{path}','{sha}','{sha}',now(),'github_sync')"
        );
    }
    format!("INSERT INTO definitions VALUES {definitions}; INSERT INTO definition_versions VALUES {versions}")
}
