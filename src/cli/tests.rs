//! What the command line takes, and what it refuses.

use super::*;
use clap::CommandFactory;
use clap::error::ErrorKind;

fn refused(words: &[&str]) -> ErrorKind {
    let words = std::iter::once("dotcursor").chain(words.iter().copied());
    Cli::try_parse_from(words).map(|cli| format!("{cli:?}")).unwrap_err().kind()
}

fn taken(words: &[&str]) {
    let words = std::iter::once("dotcursor").chain(words.iter().copied());
    Cli::try_parse_from(words).unwrap();
}

#[test]
fn the_commands_are_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_is_taken() {
    taken(&["serve"]);
    taken(&["serve", "--role", "receiver,api"]);
    taken(&["sandbox", "--repo", "a", "--repo", "b", "--data-dir", "c"]);
    taken(&["migrate", "status"]);
    taken(&["token", "create", "--name", "ci", "--workspace", "w", "--role", "write", "--expires-in-days", "30"]);
    taken(&["token", "list"]);
    taken(&["token", "revoke", "x"]);
    taken(&["config"]);
    taken(&["doctor", "--json"]);
}

#[test]
fn what_makes_no_sense_is_refused_as_usage() {
    assert_eq!(refused(&["serve", "--role", "reciever"]), ErrorKind::ValueValidation);
    assert_eq!(refused(&["migrate"]), ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
    assert_eq!(refused(&["migrate", "sideways"]), ErrorKind::InvalidSubcommand);
    assert_eq!(refused(&["token", "create"]), ErrorKind::MissingRequiredArgument);
    assert_eq!(refused(&["token", "create", "--name", "x", "--role", "king"]), ErrorKind::InvalidValue);
    assert_eq!(refused(&["token", "create", "--name", "x", "--expires-in-days", "0"]), ErrorKind::ValueValidation);
}
