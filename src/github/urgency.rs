//! Who waits for what is asked: how much of an installation's calls is left to others.

use super::call::Resource;

/// People first: what nobody waits for stops while there are calls left for those who do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody pushed, or asked.
    #[default]
    Person,
    /// Imports and repairs.
    Bulk,
    /// What is asked again and again, to find what webhooks did not tell.
    Schedule,
    /// Looks at pull requests. Anybody may open those, as many as they like: the schedule goes before them.
    Pull,
}

impl Urgency {
    /// The label of metrics.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Bulk => "bulk",
            Self::Schedule => "schedule",
            Self::Pull => "pull",
        }
    }

    /// So many of the hour's calls are not touched.
    pub(super) fn leaves(self, hourly: i64) -> i64 {
        match self {
            Self::Person => 0,
            Self::Bulk => hourly / 10,
            Self::Schedule => hourly / 4,
            Self::Pull => hourly / 3,
        }
    }

    /// How many folders are listed one by one where GitHub does not list them together.
    pub(super) fn most_folders(self) -> usize {
        match self {
            Self::Pull => 200,
            Self::Person | Self::Bulk | Self::Schedule => 2_000,
        }
    }

    /// Points of a minute that may be used. GitHub takes 900 of REST and 2,000 of GraphQL; what is on its way while processes
    /// tell each other comes on top of these.
    pub(super) fn points_a_minute(self, resource: Resource) -> i64 {
        match (self, resource) {
            (Self::Person, Resource::Core) => 850,
            (Self::Person, Resource::GraphQl) => 1_900,
            (Self::Bulk, Resource::Core) => 600,
            (Self::Bulk, Resource::GraphQl) => 1_300,
            (Self::Schedule | Self::Pull, Resource::Core) => 300,
            (Self::Schedule | Self::Pull, Resource::GraphQl) => 600,
        }
    }
}
