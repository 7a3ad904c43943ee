//! Database, queue and cache: do they answer, and are the tables those of this program?

use super::finding::{Check, Finding};
use crate::cache::{Cache, CacheConfig, CacheError};
use crate::config::{Config, DatabaseConfig};
use crate::queue::{Queue, QueueConfig};
use crate::store::migrate::{Direction, migrate};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// Whatever takes longer is as good as away.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECTING: Duration = Duration::from_secs(3);

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let (database, queue, cache) = tokio::join!(database(&config.database), queue(&config.queue), cache(&config.cache));
    vec![database, queue, cache]
}

async fn database(config: &DatabaseConfig) -> Finding {
    let check = Check::Database;
    let name = match config {
        DatabaseConfig::Postgres { .. } => "PostgreSQL".to_owned(),
        DatabaseConfig::Sqlite { path } if !path.exists() => {
            let what = format!("{} is not there yet", path.display());
            return Finding::warn(check, what, "`dotcursor serve` makes it; is DOTCURSOR_DATA_DIR the right folder?");
        }
        DatabaseConfig::Sqlite { path } => format!("SQLite in {}", path.display()),
    };
    let migrations = match timeout(PATIENCE, migrate(config, Direction::Status)).await {
        Ok(Ok(migrations)) => migrations,
        Ok(Err(error)) => {
            return Finding::fail(check, error.to_string(), mend(config));
        }
        Err(_) => return Finding::fail(check, unanswered(&name), mend(config)),
    };
    let missing: Vec<&str> = migrations.iter().filter(|it| !it.applied).map(|it| it.name.as_str()).collect();
    match missing.as_slice() {
        [] => Finding::ok(check, format!("{name} answers, and has all {} migrations", migrations.len())),
        [first, ..] => {
            let what = format!("{name} lacks {} of {} migrations, from {first} on", missing.len(), migrations.len());
            Finding::fail(check, what, "Run `dotcursor migrate up`, or start `dotcursor serve` of this version")
        }
    }
}

fn mend(config: &DatabaseConfig) -> &'static str {
    match config {
        DatabaseConfig::Postgres { .. } => "Is the database up, and DATABASE_URL right?",
        DatabaseConfig::Sqlite { .. } => {
            "May this user write there, and is it the registry? If it is damaged, restore it, or move it away: `dotcursor serve` reads everything from GitHub again"
        }
    }
}

async fn queue(config: &QueueConfig) -> Finding {
    let check = Check::Queue;
    if matches!(config, QueueConfig::Embedded) {
        return Finding::ok(check, "it is part of the process");
    }
    let asked = async { Queue::new(config)?.ping().await };
    let mend = "Is RabbitMQ up, and AMQP_URL right? What is accepted meanwhile waits in the database";
    match timeout(PATIENCE, asked).await {
        Ok(Ok(())) => Finding::ok(check, "RabbitMQ answers"),
        Ok(Err(error)) => Finding::fail(check, error.to_string(), mend),
        Err(_) => Finding::fail(check, unanswered("RabbitMQ"), mend),
    }
}

/// Without it everything is served, only slower.
async fn cache(config: &CacheConfig) -> Finding {
    let check = Check::Cache;
    if matches!(config, CacheConfig::Memory { .. }) {
        return Finding::ok(check, "it is part of the process");
    }
    let asked = async { connected(&Cache::new(config)?).await };
    let mend = "Is Redis up, and REDIS_URL right? Answers come from the database meanwhile";
    match timeout(PATIENCE, asked).await {
        Ok(Ok(())) => Finding::ok(check, "Redis answers"),
        Ok(Err(error)) => Finding::warn(check, error.to_string(), mend),
        Err(_) => Finding::warn(check, unanswered("Redis"), mend),
    }
}

/// It connects on its own, and says until then that it is not.
async fn connected(cache: &Cache) -> Result<(), CacheError> {
    let begun = Instant::now();
    loop {
        match cache.ping().await {
            Err(_) if begun.elapsed() < CONNECTING => sleep(CONNECTING / 30).await,
            answered => return answered,
        }
    }
}

fn unanswered(name: &str) -> String {
    format!("{name} does not answer within {} s", PATIENCE.as_secs())
}
