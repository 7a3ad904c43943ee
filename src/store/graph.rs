//! The graph of a workspace as it is stored: definitions, and where their references lead.

use super::jobs::Subject;
use super::{Store, StoreError};
use crate::model::{Actor, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::resolve::{Link, Missing, Node};
use serde::{Deserialize, Serialize};

/// All that a graph is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
    /// What is named outright and is not there.
    pub missing: Vec<Missing>,
}

impl Store {
    /// Three queries, however large the workspace is.
    pub async fn graph(&self, workspace: &WorkspaceId) -> Result<Material, StoreError> {
        snapshot!(self, graph::material(workspace.as_str()))
    }

    /// Settles every link of the workspace anew, for somebody who looks at `subject`; it stands among the runs. `None` if there
    /// is no such workspace.
    pub async fn settle_links(&self, subject: &Subject, by: &Actor) -> Result<Option<Changed>, StoreError> {
        commit!(self, graph::settle_again(subject, by))
    }
}
