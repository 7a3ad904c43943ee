//! `dotcursor config`

use super::output;
use crate::config::Config;
use anyhow::Result;

/// Show the configuration in force and where it comes from, secrets hidden; or all that is wrong with it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Result<()> {
    let rows: Vec<_> = Config::from_env()?
        .describe()
        .into_iter()
        .map(|setting| [setting.variable.to_owned(), setting.value, setting.source])
        .collect();
    Ok(output::say(&output::table(&rows))?)
}
