//! A stand-in for GitHub over real git repositories on disk, for `dotcursor sandbox` and for every test.
//!
//! In go repositories on disk, out come GitHub's endpoints (tokens, GraphQL, trees, blobs, checks, deliveries) on a loopback
//! address, and a signed webhook for every push. On demand it misbehaves as GitHub may: late, doubled, lost or reordered
//! deliveries, used-up quota, errors, stale or truncated answers.
//!
//! `stand_in` is the way in; `state` is what it knows, `http` and `graphql` what it answers, `webhook` and `watch` what it
//! tells by itself, `answer` the JSON of both, `git` how repositories are read.

mod answer;
mod git;
mod graphql;
mod http;
mod key;
mod options;
mod record;
mod sample;
mod site;
mod stand_in;
mod state;
mod watch;
mod webhook;

pub use git::GitError;
#[cfg(test)]
pub use git::fixture;
pub use key::{AppKey, KeyError};
pub use options::{Edition, Limits, StandInOptions, WebhookFormat};

pub use sample::{SampleError, make_sample};
pub use stand_in::{PullSpec, PushSpec, StandIn, StandInError};
pub use state::{
    Calls, CheckRun, DeliveryMode, DeliveryOutcome, Endpoint, Fault, HeldDelivery, Misbehaviour, NewRepository, Quota,
};
