//! The hourly allowance of an installation.

use chrono::Utc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    Core,
    GraphQl,
}

impl Resource {
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::GraphQl => "graphql",
        }
    }
}

/// Whose allowance: an installation's, or that of the App itself (`None`).
pub type QuotaKey = (Option<i64>, Resource);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub limit: u64,
    pub used: u64,
    /// Seconds since 1970.
    pub reset_at: i64,
}

impl Quota {
    pub fn fresh(limit: u64) -> Self {
        Self { limit, used: 0, reset_at: Utc::now().timestamp() + 3_600 }
    }

    pub fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Takes one call from it, a new hour's if the old one is over. `false`: there is none left.
    pub fn spend(&mut self) -> bool {
        if self.reset_at <= Utc::now().timestamp() {
            *self = Self::fresh(self.limit);
        }
        let left = self.remaining() > 0;
        self.used += u64::from(left);
        left
    }

    /// A call that turned out to be free.
    pub fn give_back(&mut self) {
        self.used = self.used.saturating_sub(1);
    }
}
