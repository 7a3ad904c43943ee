//! `dotcursor migrate`

mod skills;

use super::output;
use crate::config::Config;
use crate::store::migrate::{Direction, Migration, migrate};
use anyhow::Result;

/// Make, revert or list the database's tables. `serve` makes them at its start by itself.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Apply the migrations that are missing.
    Up,
    /// Revert the newest migration that was applied, and delete what only it knows of.
    Down,
    /// List the migrations and change nothing.
    Status,
    /// Turn the rows of a plain table `skills` (name, description, prompt_template) into definitions, or back.
    Skills(skills::Args),
}

pub(super) async fn run(args: Args) -> Result<()> {
    let direction = match args.action {
        Action::Up => Direction::Up,
        Action::Down => Direction::Down,
        Action::Status => Direction::Status,
        Action::Skills(args) => return skills::run(args).await,
    };
    let migrations = migrate(&Config::from_env()?.database, direction).await?;
    Ok(output::say(&list(migrations))?)
}

fn list(migrations: Vec<Migration>) -> String {
    let state = |applied| if applied { "applied" } else { "missing" };
    let rows: Vec<_> = migrations.into_iter().map(|it| [state(it.applied).to_owned(), it.name]).collect();
    output::table(&rows)
}
