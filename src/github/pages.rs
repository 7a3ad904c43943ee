//! Lists in pages.

use super::call::Answer;

/// The most that GitHub gives at once.
pub(super) const PER_PAGE: usize = 100;

impl Answer {
    /// Whether the `Link` header names a next page. Its address is not followed: octocrab sends absolute ones unsigned.
    pub(super) fn has_next_page(&self) -> bool {
        self.header("link").is_some_and(|link| link.split(',').any(|one| one.contains("rel=\"next\"")))
    }
}
