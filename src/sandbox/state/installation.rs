//! An account that has the App installed.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct Installation {
    pub id: i64,
    /// The login of the user or organization.
    pub account: String,
    /// What the owner granted: that of the App when it was installed, or accepted later.
    pub permissions: BTreeMap<String, String>,
    pub events: Vec<String>,
    /// RFC 3339; while it is set no token is given out.
    pub suspended_at: Option<String>,
    pub created_at: String,
}

/// The number of an account, always the same for one login.
pub fn installation_account_id(login: &str) -> i64 {
    let hash = Sha256::digest(login.to_lowercase());
    i64::from(u32::from_be_bytes([hash[0] & 0x7f, hash[1], hash[2], hash[3]]))
}
