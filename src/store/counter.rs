//! How many queries were made, for tests that hold a long list beside a short one. Only with the feature `hold`.

#[cfg(not(feature = "hold"))]
pub(crate) use idle::Counter;

#[cfg(feature = "hold")]
pub(crate) use counting::Counter;

#[cfg(not(feature = "hold"))]
mod idle {
    #[derive(Clone, Debug, Default)]
    pub(crate) struct Counter;

    impl Counter {
        pub(crate) fn watch<C>(&self, _connection: &mut C) {}
    }
}

#[cfg(feature = "hold")]
mod counting {
    use diesel::connection::{Instrumentation, InstrumentationEvent};
    use diesel_async::AsyncConnection;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Clone, Debug, Default)]
    pub(crate) struct Counter(Arc<AtomicU64>);

    impl Counter {
        pub(crate) fn watch<C: AsyncConnection>(&self, connection: &mut C) {
            connection.set_instrumentation(self.clone());
        }

        pub(crate) fn queries(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    impl Instrumentation for Counter {
        fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
