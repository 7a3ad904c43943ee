//! Where a definition comes from.

use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Source {
    /// A repository that is synced.
    GitHub,
    /// Made over the API.
    Local,
    /// Taken in from a folder.
    Imported,
}

impl Source {
    pub const ALL: [Self; 3] = [Self::GitHub, Self::Local, Self::Imported];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::Local => "local",
            Self::Imported => "imported",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }
}
