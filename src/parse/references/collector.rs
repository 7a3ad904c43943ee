//! Gathers references: each target once for each kind of reference, never the file itself, and not without end.

use crate::model::{Kind, Location, Reference, ReferenceKind};
use crate::parse::code::Code;
use crate::parse::findings::{Findings, Position};
use std::collections::HashMap;

/// For each kind of reference. The densest real file has about a hundred.
const MAX_PER_KIND: usize = 300;
/// Longer targets name nothing.
const MAX_TARGET_BYTES: usize = 512;

#[derive(Debug)]
pub struct Collector<'a> {
    pub location: &'a Location,
    own_name: &'a str,
    found: Vec<Reference>,
    places: HashMap<(ReferenceKind, String), usize>,
    counts: HashMap<ReferenceKind, usize>,
    is_cut: bool,
}

impl<'a> Collector<'a> {
    pub fn new(location: &'a Location, own_name: &'a str) -> Self {
        let (places, counts) = (HashMap::new(), HashMap::new());
        Self { location, own_name, found: Vec::new(), places, counts, is_cut: false }
    }

    /// Adds a reference, unless it is there already: then a kind of target that was missing is filled in.
    pub fn add(&mut self, reference: Reference) {
        if self.is_own(&reference) || reference.target.len() > MAX_TARGET_BYTES {
            return;
        }
        let place = (reference.kind, reference.target.clone());
        if let Some(known) = self.places.get(&place).and_then(|index| self.found.get_mut(*index)) {
            if reference.target_kind.is_none() || known.target_kind == reference.target_kind {
                return;
            }
            if known.target_kind.is_none() {
                known.target_kind = reference.target_kind;
                return;
            }
        }
        let count = self.counts.entry(reference.kind).or_default();
        if *count == MAX_PER_KIND {
            // Of mentions most are no names at all.
            self.is_cut |= reference.kind != ReferenceKind::Mention;
            return;
        }
        *count += 1;
        self.places.insert(place, self.found.len());
        self.found.push(reference);
    }

    pub fn finish(self, findings: &mut Findings) -> Vec<Reference> {
        if self.is_cut {
            let message =
                format!("The file has more than {MAX_PER_KIND} references of one kind; the rest is left out.");
            findings.add(Code::TooManyReferences, Position::START, message, "Split the file.");
        }
        self.found
    }

    /// A command says `/x` of itself all the time. A rule that is named as a command is another definition.
    fn is_own(&self, reference: &Reference) -> bool {
        if reference.target.contains('/') {
            return reference.target == self.location.path || self.is_beside_own_skill(&reference.target);
        }
        let fits = match reference.kind {
            ReferenceKind::Call => reference.target_kind.is_some() || self.location.kind != Kind::Rule,
            ReferenceKind::Explicit | ReferenceKind::Link | ReferenceKind::Mention => true,
        };
        fits && reference.target == self.own_name && reference.target_kind.is_none_or(|kind| kind == self.location.kind)
    }

    fn is_beside_own_skill(&self, target: &str) -> bool {
        let folder = self.location.folder();
        let inside = target.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.location.kind == Kind::Skill && inside && Location::of(target).is_none()
    }
}
