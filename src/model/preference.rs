//! Git and the registry, where both have a text for one definition.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Side {
    GitHub,
    Local,
}

impl Side {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::Local => "local",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        [Self::GitHub, Self::Local].into_iter().find(|side| side.as_str() == text)
    }
}

/// What is wanted done where git changes a file whose definition was edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Preference {
    /// The definition stands in conflict until somebody takes a side.
    #[default]
    Ask,
    Take(Side),
}

impl Preference {
    pub const ALL: [Self; 3] = [Self::Ask, Self::Take(Side::GitHub), Self::Take(Side::Local)];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Take(side) => side.as_str(),
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preference| preference.as_str() == text)
    }
}

impl TryFrom<String> for Preference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::from_text(&text).ok_or_else(|| format!("{text:?} is neither ask, github nor local"))
    }
}

impl From<Preference> for String {
    fn from(preference: Preference) -> Self {
        preference.as_str().to_owned()
    }
}
