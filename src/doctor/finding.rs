//! One thing that was looked at.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// It works, and not as well as it could.
    Warn,
    Fail,
    /// Something else has to be mended first.
    Skip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    Database,
    Queue,
    Cache,
    File,
    App,
    Clock,
    Permissions,
    Events,
    Installations,
    Quota,
    Webhook,
    Reach,
    Deliveries,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: Check,
    pub state: State,
    pub what: String,
    /// How to mend it, where there is something to mend.
    pub mend: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: Check, what: impl Into<String>) -> Self {
        Self { check, state: State::Ok, what: what.into(), mend: None }
    }

    pub(super) fn warn(check: Check, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, state: State::Warn, what: what.into(), mend: Some(mend.into()) }
    }

    pub(super) fn fail(check: Check, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, state: State::Fail, what: what.into(), mend: Some(mend.into()) }
    }

    pub(super) fn skip(check: Check, why: impl Into<String>) -> Self {
        Self { check, state: State::Skip, what: why.into(), mend: None }
    }

    /// Something that somebody has to mend.
    pub fn is_trouble(&self) -> bool {
        matches!(self.state, State::Warn | State::Fail)
    }
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

impl Check {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Queue => "queue",
            Self::Cache => "cache",
            Self::File => "file",
            Self::App => "app",
            Self::Clock => "clock",
            Self::Permissions => "permissions",
            Self::Events => "events",
            Self::Installations => "installations",
            Self::Quota => "quota",
            Self::Webhook => "webhook",
            Self::Reach => "reach",
            Self::Deliveries => "deliveries",
        }
    }
}
