//! Names that no other test uses, so that tests share a server without meeting each other.

/// `kind` tells a person whose it is, should one be left over.
pub fn name(kind: &str) -> String {
    format!("test-{kind}-{}", uuid::Uuid::new_v4().simple())
}
