//! Who did something, as the audit log and the history of definitions name them.

use super::TokenId;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The token that the configuration names.
    Administrator,
    Token(TokenId),
    /// Somebody who signed in with GitHub; the login is the one of that time, the number stays.
    User {
        id: i64,
        login: String,
    },
    /// Whoever may run the program beside the database.
    Cli,
    /// Somebody on GitHub: a webhook told of it, or a look found it.
    GitHub,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Administrator => f.write_str("administrator"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::User { id, login } => write!(f, "github:{id}:{login}"),
            Self::Cli => f.write_str("cli"),
            Self::GitHub => f.write_str("github"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_told_apart_by_their_text() {
        let actors = [
            Actor::Administrator,
            Actor::Token(TokenId::from_text("0193")),
            Actor::User { id: 7, login: "octo".into() },
            Actor::Cli,
            Actor::GitHub,
        ];
        let texts = actors.map(|actor| actor.to_string());
        assert_eq!(texts, ["administrator", "token:0193", "github:7:octo", "cli", "github"]);
    }
}
