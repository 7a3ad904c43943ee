//! What a process does: any of three things, by default all.

use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Takes webhooks in.
    pub receiver: bool,
    /// Plans, reads and stores.
    pub worker: bool,
    /// Answers people and tools.
    pub api: bool,
}

impl Roles {
    pub const ALL: Self = Self { receiver: true, worker: true, api: true };
    const NONE: Self = Self { receiver: false, worker: false, api: false };
}

/// A word that is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no role; the roles are receiver, worker and api, separated by commas")]
pub struct RoleError(String);

impl FromStr for Roles {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let mut roles = Self::NONE;
        for word in text.split(',').map(str::trim) {
            match word {
                "receiver" => roles.receiver = true,
                "worker" => roles.worker = true,
                "api" => roles.api = true,
                other => return Err(RoleError(other.to_owned())),
            }
        }
        Ok(roles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_a_list_of_words() {
        assert_eq!("receiver, worker,api".parse(), Ok(Roles::ALL));
        assert_eq!("api".parse(), Ok(Roles { api: true, ..Roles::NONE }));
        assert!("reciever".parse::<Roles>().is_err());
        assert!("".parse::<Roles>().is_err());
    }
}
