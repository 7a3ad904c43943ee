//! An outage, told when it begins and once a minute from then on: whoever asks twice a second would bury everything else.

use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Outage {
    told: Option<Instant>,
}

impl Outage {
    /// It was met once more; whether to tell of it.
    pub fn met(&mut self) -> bool {
        let is_due = self.told.is_none_or(|at| at.elapsed() >= EVERY);
        if is_due {
            self.told = Some(Instant::now());
        }
        is_due
    }

    pub fn is_over(&mut self) {
        self.told = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_and_again_after_it_was_over() {
        let mut outage = Outage::default();
        assert_eq!([outage.met(), outage.met(), outage.met()], [true, false, false]);
        outage.is_over();
        assert_eq!([outage.met(), outage.met()], [true, false]);
    }
}
