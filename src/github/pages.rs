//! Lists in pages.

use super::call::Answer;
use url::Url;

/// The most that GitHub gives at once.
pub(super) const PER_PAGE: usize = 100;

impl Answer {
    /// The cursor of the next page, where lists go by cursors.
    pub(super) fn next_cursor(&self) -> Option<String> {
        let next = self.header("link")?.split(',').find(|one| one.contains("rel=\"next\""))?;
        let (_, rest) = next.split_once('<')?;
        let url = Url::parse(rest.split_once('>')?.0).ok()?;
        url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned())
    }

    /// Whether the `Link` header names a next page. Its address is not followed: octocrab sends absolute ones unsigned.
    pub(super) fn has_next_page(&self) -> bool {
        self.header("link").is_some_and(|link| link.split(',').any(|one| one.contains("rel=\"next\"")))
    }
}
