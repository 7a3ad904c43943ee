//! What the stand-in knows, as plain structs. One mutex around all of it; nobody holds it while waiting.

mod app;
mod calls;
mod check_run;
mod delivery;
mod hub;
mod installation;
mod misbehaviour;
mod quota;
mod repository;
mod token;
mod user;

pub use app::{App, usual_events, usual_permissions};
pub use calls::{Calls, Endpoint};
pub use check_run::CheckRun;
pub use delivery::{Delivery, DeliveryLog, DeliveryMode, DeliveryOutcome, HeldDelivery};
pub use hub::Hub;
pub use installation::{Installation, installation_account_id};
pub use misbehaviour::{Fault, Misbehaviour};
pub use quota::{Quota, QuotaKey, Resource};
pub use repository::{HostedRepository, NewRepository};
pub use token::Token;
pub use user::{Code, Users};

use super::options::Edition;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug)]
pub struct State {
    pub app: App,
    pub installations: BTreeMap<i64, Installation>,
    pub repositories: BTreeMap<i64, HostedRepository>,
    pub tokens: HashMap<String, Token>,
    pub users: Users,
    pub quotas: HashMap<QuotaKey, Quota>,
    pub check_runs: BTreeMap<i64, CheckRun>,
    pub deliveries: DeliveryLog,
    pub calls: Calls,
    pub misbehaviour: Vec<Misbehaviour>,
    /// How far GitHub's clock is ahead of this machine's.
    pub clock: TimeDelta,
    /// The code of an App that was registered, good once.
    registration: Option<String>,
    last_id: i64,
}

impl State {
    pub fn new(app: App) -> Self {
        Self {
            app,
            installations: BTreeMap::new(),
            repositories: BTreeMap::new(),
            tokens: HashMap::new(),
            users: Users::default(),
            quotas: HashMap::new(),
            check_runs: BTreeMap::new(),
            deliveries: DeliveryLog::default(),
            calls: Calls::default(),
            misbehaviour: Vec::new(),
            clock: TimeDelta::zero(),
            registration: None,
            last_id: 1_000,
        }
    }

    /// As GitHub's clock shows it.
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.clock
    }

    /// Takes the place of the App that was there, under a number of its own; returns the code for its secrets.
    pub fn register(&mut self, app: App) -> String {
        self.app = App { id: self.id(None), ..app };
        let code = uuid::Uuid::new_v4().simple().to_string();
        self.registration = Some(code.clone());
        code
    }

    /// Whether the code is good, which it is not any more.
    pub fn redeem_registration(&mut self, code: &str) -> bool {
        self.registration.take_if(|known| known == code).is_some()
    }

    /// `wanted`, or a number never given out before.
    pub fn id(&mut self, wanted: Option<i64>) -> i64 {
        let id = wanted.unwrap_or(self.last_id + 1);
        self.last_id = self.last_id.max(id);
        id
    }

    /// By a name it has or had, without regard to case.
    pub fn repository_named(&self, full_name: &str) -> Option<&HostedRepository> {
        let current =
            self.repositories.values().find(|repository| repository.full_name.eq_ignore_ascii_case(full_name));
        current.or_else(|| self.repositories.values().find(|repository| repository.was_called(full_name)))
    }

    /// What is counted; Enterprise Server counts nothing before somebody sets a limit.
    pub fn quota(&mut self, hub: &Hub, key: QuotaKey) -> Option<&mut Quota> {
        match hub.edition {
            Edition::Cloud => Some(self.quotas.entry(key).or_insert_with(|| Quota::fresh(hub.limits.hourly_calls))),
            Edition::EnterpriseServer => self.quotas.get_mut(&key),
        }
    }

    pub fn repositories_of(&self, installation: i64) -> Vec<HostedRepository> {
        self.repositories.values().filter(|repository| repository.installation == installation).cloned().collect()
    }
}
