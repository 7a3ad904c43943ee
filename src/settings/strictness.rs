//! How a check run ends.

use crate::model::{Conclusion, Severity};
use serde::{Deserialize, Serialize};

/// Which findings fail a check run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// There is none.
    Off,
    /// Nothing fails it: errors leave it neutral.
    Lenient,
    /// Errors fail it, warnings leave it neutral.
    #[default]
    Normal,
    /// Warnings fail it as well.
    Strict,
}

impl Strictness {
    pub const ALL: [Self; 4] = [Self::Off, Self::Lenient, Self::Normal, Self::Strict];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Lenient => "lenient",
            Self::Normal => "normal",
            Self::Strict => "strict",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// How it ends if this is the gravest finding.
    pub fn conclusion(self, gravest: Option<Severity>) -> Conclusion {
        match (self, gravest) {
            (Self::Strict, Some(Severity::Error | Severity::Warning)) | (Self::Normal, Some(Severity::Error)) => {
                Conclusion::Failure
            }
            (Self::Normal, Some(Severity::Warning)) | (Self::Lenient | Self::Off, Some(Severity::Error)) => {
                Conclusion::Neutral
            }
            _ => Conclusion::Success,
        }
    }
}
