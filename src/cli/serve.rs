//! `dotcursor serve`

use super::{output, signals};
use crate::app::{self, Roles};
use crate::config::Config;
use crate::telemetry;
use anyhow::Result;
use secrecy::ExposeSecret;

/// Run the App: receive webhooks, sync repositories, answer the API.
///
/// Everything is set by environment variables; `dotcursor config` shows what is in force. With no DATABASE_URL, AMQP_URL
/// and REDIS_URL one process does all, and keeps its data in the data folder.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What this process does, separated by commas: receiver, worker, api [default: all three]
    #[arg(long, value_name = "ROLES")]
    role: Option<Roles>,
}

pub(super) async fn run(args: Args) -> Result<()> {
    let config = Config::from_env()?;
    let _telemetry = telemetry::init(&config.log);
    let running = app::start(&config, args.role.unwrap_or(Roles::ALL)).await?;
    if let Some(token) = running.made_token() {
        output::say(&format!(
            "An administrator's token was made. It is shown this once; `dotcursor token` makes others:\n\n  {}\n",
            token.expose_secret()
        ))?;
    }
    signals::stop_asked().await;
    running.stop().await;
    Ok(())
}
