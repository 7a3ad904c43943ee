//! What the processes stand on: nothing but a folder, or three servers that crash and forget.

use super::fleet::Fleet;
use crate::support::database::PostgresDatabase;
use crate::support::private::{Kind, PrivateServer};
use rand::RngExt;
use rand::rngs::SmallRng;
use std::collections::HashMap;

#[derive(Debug)]
pub enum Ground {
    Embedded,
    Distributed(Box<Servers>),
}

/// Of this test alone.
#[derive(Debug)]
pub struct Servers {
    postgres: PrivateServer,
    rabbitmq: PrivateServer,
    redis: PrivateServer,
}

/// A server that is down, and whether it comes back with what it kept.
#[derive(Debug)]
pub struct Outage<'a> {
    server: &'a PrivateServer,
    wiped: bool,
}

impl Ground {
    pub async fn distributed() -> Self {
        let (postgres, rabbitmq, redis) = tokio::join!(
            PrivateServer::start(Kind::Postgres),
            PrivateServer::start(Kind::Rabbitmq),
            PrivateServer::start(Kind::Redis),
        );
        Self::Distributed(Box::new(Servers { postgres, rabbitmq, redis }))
    }

    /// An empty database, where one is needed.
    pub async fn database(&self) -> Option<PostgresDatabase> {
        match self {
            Self::Embedded => None,
            Self::Distributed(servers) => Some(PostgresDatabase::create_at(servers.postgres.url()).await),
        }
    }

    /// What tells a process of these servers. All seeds share the queues: what one left there must not harm the next.
    pub fn variables(&self, database: Option<&PostgresDatabase>) -> Vec<(&'static str, String)> {
        match (self, database) {
            (Self::Distributed(servers), Some(database)) => vec![
                ("DATABASE_URL", database.url()),
                ("AMQP_URL", servers.rabbitmq.url().to_owned()),
                ("REDIS_URL", servers.redis.url().to_owned()),
            ],
            _ => vec![],
        }
    }

    pub async fn fleet(&self, variables: &HashMap<String, String>) -> Fleet {
        match self {
            Self::Embedded => Fleet::embedded(variables).await,
            Self::Distributed(_) => Fleet::distributed(variables).await,
        }
    }

    /// Now and then one of the servers goes down. What PostgreSQL has is the truth, and is never wiped.
    pub async fn outage(&self, random: &mut SmallRng) -> Option<Outage<'_>> {
        let (fate, wiped) = (random.random_range(0..24), random.random_bool(0.5));
        let Self::Distributed(servers) = self else {
            return None;
        };
        let outage = match fate {
            0 => Outage { server: &servers.postgres, wiped: false },
            1 => Outage { server: &servers.rabbitmq, wiped },
            2 => Outage { server: &servers.redis, wiped },
            _ => return None,
        };
        outage.server.crash().await;
        Some(outage)
    }
}

impl Outage<'_> {
    pub async fn end(self) {
        if self.wiped {
            self.server.wipe().await;
        }
        self.server.start_again().await;
    }
}
