//! `dotcursor serve`

use super::{output, signals};
use crate::app::{self, Roles, Running};
use crate::config::Config;
use crate::telemetry;
use anyhow::Result;
use secrecy::ExposeSecret;

/// Run the App: receive webhooks, sync repositories, answer the API.
///
/// Everything is set by environment variables; `dotcursor config` shows what is in force. With no DATABASE_URL, AMQP_URL
/// and REDIS_URL one process does all, and keeps its data in the data folder. Without an App it prints an address at which one
/// is set up.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What this process does, separated by commas: receiver, worker, api [default: all three]
    #[arg(long, value_name = "ROLES")]
    role: Option<Roles>,
}

pub(super) async fn run(args: Args) -> Result<()> {
    let config = Config::from_env()?;
    let _telemetry = telemetry::init(&config.log);
    let roles = args.role.unwrap_or(Roles::ALL);
    // From now on: who stops it while it starts still sees the token that was made, and nothing is cut off.
    let mut stop_asked = tokio::spawn(signals::stop_asked());
    let mut running = app::start(&config, roles).await?;
    tell(&running, &config)?;
    loop {
        tokio::select! {
            _ = &mut stop_asked => break,
            () = running.set_up() => {
                // With what was set up.
                running = running.start_over(&Config::from_env()?, roles).await?;
            }
        }
    }
    running.stop().await;
    Ok(())
}

/// What is shown this once.
fn tell(running: &Running, config: &Config) -> Result<()> {
    if let Some(token) = running.made_token() {
        output::say(&format!(
            "An administrator's token was made. It is shown this once; `dotcursor token` makes others:\n\n  {}\n",
            token.expose_secret()
        ))?;
    }
    if let Some(setup) = running.setup() {
        let local = running.local_url();
        let public = config.http.public_url.as_ref().map(|url| url.as_str());
        let pages: Vec<String> = [Some(local.as_str()), public]
            .into_iter()
            .flatten()
            .map(|server| format!("  {}\n", setup.page_below(server).expose_secret()))
            .collect();
        output::say(&format!(
            "There is no GitHub App yet. Open this address to set one up; it is good until this process ends:\n\n{}",
            pages.concat()
        ))?;
    }
    Ok(())
}
