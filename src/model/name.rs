//! Names of definitions.
