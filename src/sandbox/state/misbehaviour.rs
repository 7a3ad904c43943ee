//! What the stand-in does wrong when it is told to.

use super::calls::Endpoint;
use std::time::Duration;

/// One way for a call to go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status, with GitHub's usual message for it.
    Status(u16),
    /// This status with a page, from a proxy that stands before GitHub and does not reach it.
    Page(u16),
    /// The hour's calls are used up, for so long.
    PrimaryLimit { reset_in: Duration },
    /// Too many calls at once; `retry_after` is not always told. The status is 403 or 429.
    SecondaryLimit { status: u16, retry_after: Option<Duration> },
    /// The right answer, late.
    Delay(Duration),
    /// The right headers, half of the body, then the end of the connection.
    CutBody,
    /// A tree that leaves out what comes after this many entries, and says so.
    TruncateTree { entries: usize },
}

/// A fault, and the calls that it befalls.
#[derive(Clone, Debug)]
pub struct Misbehaviour {
    endpoint: Option<Endpoint>,
    path_contains: String,
    skip: u32,
    times: u32,
    fault: Fault,
}

impl Misbehaviour {
    /// Befalls the next call of any endpoint.
    pub fn new(fault: Fault) -> Self {
        Self { endpoint: None, path_contains: String::new(), skip: 0, times: 1, fault }
    }

    pub fn on(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Only calls whose path and query contain this text.
    pub fn path_containing(mut self, text: &str) -> Self {
        text.clone_into(&mut self.path_contains);
        self
    }

    /// Lets so many calls pass first.
    pub fn after(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The fault for this call, if it is one that it befalls.
    pub(super) fn strike(&mut self, endpoint: Endpoint, path: &str) -> Option<Fault> {
        let fits = self.endpoint.is_none_or(|wanted| wanted == endpoint) && path.contains(&self.path_contains);
        if !fits || self.times == 0 {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.times -= 1;
        Some(self.fault.clone())
    }

    fn is_over(&self) -> bool {
        self.times == 0
    }
}

impl super::State {
    /// The first fault that befalls this call; what is used up is forgotten.
    pub fn take_fault(&mut self, endpoint: Endpoint, path: &str) -> Option<Fault> {
        let fault = self.misbehaviour.iter_mut().find_map(|misbehaviour| misbehaviour.strike(endpoint, path));
        self.misbehaviour.retain(|misbehaviour| !misbehaviour.is_over());
        fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_strikes_and_ends() {
        let mut misbehaviour = Misbehaviour::new(Fault::Status(502)).on(Endpoint::Tree).after(1).times(1);
        assert_eq!(misbehaviour.strike(Endpoint::Blob, "/blobs"), None);
        assert_eq!(misbehaviour.strike(Endpoint::Tree, "/trees"), None);
        assert_eq!(misbehaviour.strike(Endpoint::Tree, "/trees"), Some(Fault::Status(502)));
        assert_eq!(misbehaviour.strike(Endpoint::Tree, "/trees"), None);
        assert!(misbehaviour.is_over());
    }
}
