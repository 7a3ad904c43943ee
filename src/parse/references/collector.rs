//! Gathers references: each target once for each kind of reference, never the file itself, and not without end.

use crate::model::{Kind, Location, Reference, ReferenceKind};
use crate::parse::code::Code;
use crate::parse::findings::{Findings, Position};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::collections::HashMap;

/// For each kind of reference. The densest real file has about a hundred.
const MAX_PER_KIND: usize = 300;
/// Longer targets name nothing.
const MAX_TARGET_BYTES: usize = 512;

/// A reference as the finders see it. Most are there already, so that nothing is copied before that is known.
#[derive(Clone, Debug)]
pub struct Found<'t> {
    pub kind: ReferenceKind,
    pub target_kind: Option<Kind>,
    pub target: Cow<'t, str>,
    pub line: u32,
}

#[derive(Debug)]
pub struct Collector<'t> {
    pub location: &'t Location,
    own_name: &'t str,
    found: Vec<Found<'t>>,
    /// A faster hash than the standard one, which guards against more than three hundred targets of a kind can do.
    places: HashMap<(ReferenceKind, Cow<'t, str>), usize, RandomState>,
    counts: [usize; 4],
    is_cut: bool,
}

impl<'t> Collector<'t> {
    pub fn new(location: &'t Location, own_name: &'t str) -> Self {
        Self { location, own_name, found: Vec::new(), places: HashMap::default(), counts: [0; 4], is_cut: false }
    }

    /// Adds a reference, unless it is there already: then a kind of target that was missing is filled in.
    pub fn add(&mut self, found: Found<'t>) {
        if self.is_own(&found) || found.target.len() > MAX_TARGET_BYTES {
            return;
        }
        let place = (found.kind, found.target.clone());
        if let Some(known) = self.places.get(&place).and_then(|index| self.found.get_mut(*index)) {
            if found.target_kind.is_none() || known.target_kind == found.target_kind {
                return;
            }
            if known.target_kind.is_none() {
                known.target_kind = found.target_kind;
                return;
            }
        }
        let count = &mut self.counts[found.kind as usize];
        if *count == MAX_PER_KIND {
            // Of mentions most are no names at all.
            self.is_cut |= found.kind != ReferenceKind::Mention;
            return;
        }
        *count += 1;
        self.places.insert(place, self.found.len());
        self.found.push(found);
    }

    pub fn finish(self, findings: &mut Findings) -> Vec<Reference> {
        if self.is_cut {
            let message =
                format!("The file has more than {MAX_PER_KIND} references of one kind; the rest is left out.");
            findings.add(Code::TooManyReferences, Position::START, message, "Split the file.");
        }
        self.found.into_iter().map(Reference::from).collect()
    }

    /// A command says `/x` of itself all the time. A rule that is named as a command is another definition.
    fn is_own(&self, found: &Found<'_>) -> bool {
        if found.target.contains('/') {
            return found.target == self.location.path || self.is_beside_own_skill(&found.target);
        }
        let fits = match found.kind {
            ReferenceKind::Call => self.location.kind != Kind::Rule,
            ReferenceKind::Explicit | ReferenceKind::Link | ReferenceKind::Mention => true,
        };
        fits && found.target == self.own_name && found.target_kind.is_none_or(|kind| kind == self.location.kind)
    }

    fn is_beside_own_skill(&self, target: &str) -> bool {
        let folder = self.location.folder();
        let inside = target.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.location.kind == Kind::Skill && inside && Location::of(target).is_none()
    }
}

impl From<Found<'_>> for Reference {
    fn from(found: Found<'_>) -> Self {
        let Found { kind, target_kind, target, line } = found;
        Self { kind, target_kind, target: target.into_owned(), line }
    }
}
