//! What the process tells of itself: structured logs, metrics in Prometheus' format, and errors to Sentry.
//!
//! Fields keep one name everywhere: `delivery`, `installation`, `repository`, `workspace`, `run`, `task`, `path`,
//! `commit`. Durations end in `_seconds`. A failure is logged once, where it is dealt with. Bodies and secrets never are.

mod described;
mod logs;
mod metrics;

pub use logs::{Guard, init};
pub use metrics::{Metrics, metrics};
