//! The nouns that every stage shares: ids, object names, kinds, paths, definitions and diagnostics.
//!
//! Nothing in here does I/O and nothing depends on another module of the crate.

pub mod actor;
pub mod check;
pub mod definition;
pub mod diagnostic;
pub mod event;
pub mod id;
pub mod job;
pub mod kind;
pub mod listed;
pub mod location;
pub mod missed;
pub mod name;
pub mod object;
pub mod preference;
pub mod quota;
pub mod source;
pub mod status;
pub mod time;
pub mod tool_folder;

pub use actor::Actor;
pub use check::{Annotation, Conclusion, Report};
pub use definition::{Parsed, Reference, ReferenceKind, SupportFile};
pub use diagnostic::{Diagnostic, Severity};
pub use event::{
    Account, Debt, Delivery, Event, InstallationEvent, NoDebt, PullRequest, Push, RepositoryChange, RepositoryFacts,
    Touched, Tracked,
};
pub use id::{
    CheckId, DefinitionId, DeliveryId, InstallationId, RepositoryId, RunId, RunNumber, SessionId, TaskId, TokenId,
    WorkspaceId,
};
pub use job::JobType;
pub use kind::Kind;
pub use listed::{ListedInstallation, ListedRepository, RepositoryList};
pub use location::{Location, Place};
pub use missed::{ListedDelivery, Remedies, Remedy};
pub use object::{BlobSha, CommitSha, FileMode, ShaError, TreeSha};
pub use preference::{Preference, Side};
pub use quota::{Allowance, Points, Quota};
pub use source::Source;
pub use status::{SyncStatus, WorkStatus};
pub use tool_folder::{Reach, ToolFolder};
