//! The command line: one command a file.
//!
//! In come words, out go lines on standard output (logs go to standard error) and an exit status: 0 fine, 1 failure,
//! 2 usage.

mod check;
mod config;
mod doctor;
mod import;
mod migrate;
mod output;
mod sandbox;
mod serve;
mod signals;
mod token;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A GitHub App that keeps a versioned, queryable registry of the definitions under .cursor/.
///
/// New here? `dotcursor sandbox` shows it at work without GitHub, an account, or a network.
#[derive(Debug, Parser)]
#[command(name = "dotcursor", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Sandbox(sandbox::Args),
    Check(check::Args),
    Import(import::Args),
    Migrate(migrate::Args),
    Token(token::Args),
    Config(config::Args),
    Doctor(doctor::Args),
}

/// Does what was asked, and tells on standard error why it could not.
pub async fn main(cli: Cli) -> ExitCode {
    let fine = |()| ExitCode::SUCCESS;
    let done = match cli.command {
        Command::Serve(args) => serve::run(args).await.map(fine),
        Command::Sandbox(args) => Box::pin(sandbox::run(args)).await.map(fine),
        Command::Check(args) => check::run(&args),
        Command::Import(args) => import::run(args).await,
        Command::Migrate(args) => migrate::run(args).await.map(fine),
        Command::Token(args) => token::run(args).await.map(fine),
        Command::Config(args) => config::run(&args).map(fine),
        Command::Doctor(args) => doctor::run(args).await,
    };
    match done {
        Ok(status) => status,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests;
