//! How the process is.

use super::Sample;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Health {
    pub status: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Readiness {
    pub ready: bool,
    pub parts: Parts,
}

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Parts {
    pub database: Part,
    pub queue: Part,
    /// One that is away makes answers slower, not wrong: it does not count.
    pub cache: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(in crate::api) enum Part {
    #[serde(rename = "ready")]
    Ready,
    #[serde(rename = "not ready: the log says why")]
    NotReady,
}

impl Sample for Health {
    fn sample() -> Self {
        Self { status: "ok" }
    }
}

impl Sample for Readiness {
    fn sample() -> Self {
        Self { ready: true, parts: Parts { database: Part::Ready, queue: Part::Ready, cache: Part::Ready } }
    }
}
