//! All processes of a set-up, each of which may be killed: one in the embedded set-up, five in the distributed one.

use crate::support::child::Child;
use rand::RngExt;
use rand::rngs::SmallRng;
use std::collections::HashMap;

#[derive(Debug)]
pub struct Fleet {
    processes: Vec<Child>,
    /// Which of them answer the API.
    apis: Vec<usize>,
}

impl Fleet {
    pub async fn embedded(variables: &HashMap<String, String>) -> Self {
        Self { processes: vec![Child::start("receiver,worker,api", variables).await], apis: vec![0] }
    }

    /// Started at once, over an empty database: their migrations meet.
    pub async fn distributed(variables: &HashMap<String, String>) -> Self {
        let (receiver, first, second, api, other) = tokio::join!(
            Child::start("receiver", variables),
            Child::start("worker", variables),
            Child::start("worker", variables),
            Child::start("api", variables),
            Child::start("api", variables),
        );
        Self { processes: vec![receiver, first, second, api, other], apis: vec![3, 4] }
    }

    pub fn receiver(&self) -> &str {
        self.processes[0].address()
    }

    pub fn apis(&self) -> Vec<String> {
        self.apis.iter().map(|index| self.processes[*index].address().to_owned()).collect()
    }

    /// Kills one; returns which, to start it again.
    pub fn kill_one(&mut self, random: &mut SmallRng) -> usize {
        let victim = random.random_range(0..self.processes.len());
        self.processes[victim].kill();
        victim
    }

    pub async fn start_again(&mut self, victim: usize) {
        self.processes[victim].start_again().await;
    }

    pub async fn ready(&self) {
        for process in &self.processes {
            process.ready().await;
        }
    }
}
