//! What a run does.

/// As `sync_runs.job_type` holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobType {
    /// A repository is brought to its head.
    Sync,
    /// Files are taken in that do not come from GitHub.
    Parse,
    /// What references mean is settled anew.
    Resolve,
    /// What is stored is read again, to say what is wrong with it.
    Validate,
}

impl JobType {
    pub const ALL: [Self; 4] = [Self::Sync, Self::Parse, Self::Resolve, Self::Validate];

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync_github_agents",
            Self::Parse => "parse_agent_definition",
            Self::Resolve => "resolve_dependencies",
            Self::Validate => "validate_agent_schema",
        }
    }
}
