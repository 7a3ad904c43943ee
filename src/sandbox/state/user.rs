//! People who sign in: the user authorization flow, as far as GitHub documents it.

use super::State;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Whoever is at the browser.
#[derive(Clone, Debug, Default)]
pub struct Users {
    /// The repositories that each can reach, and whether they may push there.
    reach: BTreeMap<String, BTreeMap<i64, bool>>,
    /// Who is signed in at GitHub, and lets the App in without being asked.
    pub current: Option<String>,
    codes: HashMap<String, Code>,
    /// Whose a user's token is.
    tokens: HashMap<String, String>,
}

/// What a code stands for, once.
#[derive(Clone, Debug)]
pub struct Code {
    pub login: String,
    pub challenge: Option<String>,
    pub redirect: Option<String>,
}

impl Users {
    pub fn set(&mut self, login: &str, reach: BTreeMap<i64, bool>) {
        self.reach.insert(login.to_owned(), reach);
    }

    /// A code for what was asked.
    pub fn authorize(&mut self, code: Code) -> String {
        let text = Uuid::new_v4().simple().to_string();
        self.codes.insert(text.clone(), code);
        text
    }

    pub fn redeem(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(code)
    }

    pub fn mint(&mut self, login: &str) -> String {
        let text = format!("ghu_{}", Uuid::new_v4().simple());
        self.tokens.insert(text.clone(), login.to_owned());
        text
    }

    /// The user takes back what was granted.
    pub fn revoke(&mut self, login: &str) {
        self.tokens.retain(|_, owner| owner != login);
    }

    pub fn of_token(&self, token: &str) -> Option<&str> {
        self.tokens.get(token).map(String::as_str)
    }
}

impl State {
    /// What the user can reach of an installation: id, and whether pushes are taken.
    pub fn reached_by(&self, login: &str, installation: i64) -> BTreeMap<i64, bool> {
        let reach = self.users.reach.get(login).cloned().unwrap_or_default();
        let there = |id: &i64| self.repositories.get(id).is_some_and(|found| found.installation == installation);
        reach.into_iter().filter(|(id, _)| there(id)).collect()
    }
}
