//! What users see, end to end: signed webhooks into the real server, the real client against the stand-in.

/// Each expectation, a function of the set-up, becomes a test of either.
macro_rules! on_both_setups {
    ($($expectation:ident,)+) => {
        mod embedded {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $expectation() {
                    super::$expectation(crate::support::Setup::Embedded).await;
                }
            )+
        }
        mod distributed {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $expectation() {
                    super::$expectation(crate::support::Setup::Distributed).await;
                }
            )+
        }
    };
}
pub(crate) use on_both_setups;

mod bulk;
mod check;
mod checks;
mod doctor;
#[cfg(feature = "hold")]
mod edits;
mod examples;
mod first_start;
mod graph;
#[cfg(feature = "hold")]
mod healing;
mod import;
mod installations;
#[cfg(feature = "hold")]
mod interleavings;
#[cfg(feature = "hold")]
mod isolation;
#[cfg(feature = "hold")]
mod kills;
#[cfg(feature = "hold")]
mod letters;
#[cfg(feature = "hold")]
mod linking;
mod metrics;
#[cfg(feature = "hold")]
mod misbehaviour;
#[cfg(feature = "hold")]
mod outage;
mod published;
mod push;
mod quota;
#[cfg(feature = "hold")]
mod receiving;
mod sandbox;
mod settings;
mod setup;
mod sign_in;
mod stream;
mod trees;
