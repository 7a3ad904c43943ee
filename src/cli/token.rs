//! `dotcursor token`

use super::output;
use crate::config::Config;
use crate::model::time::rfc3339;
use crate::model::{Actor, TokenId, WorkspaceId};
use crate::store::Store;
use crate::store::migrate::{Direction, migrate};
use crate::store::rows::listing::TokenRow;
use crate::store::tokens::{NewToken, Role};
use anyhow::{Result, bail};
use chrono::{NaiveDateTime, TimeDelta};
use secrecy::ExposeSecret;

/// Make, list and revoke tokens for the API. They are kept as hashes: a token's text is shown once.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Create(Create),
    /// List all tokens, newest first; never their text.
    List,
    /// Revoke a token; within seconds it is refused everywhere.
    Revoke {
        /// The token's id, as `token list` shows it.
        id: String,
    },
}

/// Make a token and print it.
#[derive(Debug, clap::Args)]
struct Create {
    /// Whose it is or what it is for, to be recognised in the list.
    #[arg(long)]
    name: String,
    /// The only workspace that it opens [default: all]
    #[arg(long, value_name = "ID")]
    workspace: Option<String>,
    /// What it lets its bearer do.
    #[arg(long, value_parser = ["read", "write", "admin"], default_value = "read")]
    role: String,
    /// Days after which it is refused [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    expires_in_days: Option<u32>,
}

pub(super) async fn run(args: Args) -> Result<()> {
    let config = Config::from_env()?;
    migrate(&config.database, Direction::Up).await?;
    let store = Store::connect(&config.database).await?;
    match args.action {
        Action::Create(create) => make(&store, create).await,
        Action::List => list(&store).await,
        Action::Revoke { id } => revoke(&store, id).await,
    }
}

async fn make(store: &Store, create: Create) -> Result<()> {
    let Some(role) = Role::from_text(&create.role) else {
        bail!("{:?} is no role: read, write and admin are", create.role);
    };
    let workspace = create.workspace.map(WorkspaceId::from_text);
    if let Some(workspace) = &workspace
        && store.revision(workspace).await?.is_none()
    {
        bail!("there is no workspace {workspace}; GET /api/workspaces lists them");
    }
    let expires_at = match create.expires_in_days {
        Some(days) => Some(store.now().await? + TimeDelta::days(i64::from(days))),
        None => None,
    };
    let new = NewToken { name: create.name, workspace, role, expires_at };
    let (row, text) = store.create_token(&new, &Actor::Cli).await?;
    output::note(&format!("Token {} was made. Its text is not to be had again:", row.id))?;
    Ok(output::say(text.expose_secret())?)
}

async fn list(store: &Store) -> Result<()> {
    let heading = ["ID", "NAME", "ROLE", "WORKSPACE", "MADE", "LAST USED", "STATE"].map(str::to_owned);
    let now = store.now().await?;
    let tokens = store.tokens().await?;
    let rows: Vec<_> = std::iter::once(heading).chain(tokens.into_iter().map(|token| row(token, now))).collect();
    Ok(output::say(&output::table(&rows))?)
}

fn row(token: TokenRow, now: NaiveDateTime) -> [String; 7] {
    let state = state(&token, now);
    let workspace = token.workspace_id.unwrap_or_else(|| "all".to_owned());
    let used = token.last_used_at.map_or_else(|| "never".to_owned(), rfc3339);
    [token.id, token.name, token.role, workspace, rfc3339(token.created_at), used, state]
}

fn state(token: &TokenRow, now: NaiveDateTime) -> String {
    match (token.revoked_at, token.expires_at) {
        (Some(revoked), _) => format!("revoked {}", rfc3339(revoked)),
        (None, Some(expires)) if expires <= now => format!("expired {}", rfc3339(expires)),
        (None, Some(expires)) => format!("good until {}", rfc3339(expires)),
        (None, None) => "good".to_owned(),
    }
}

async fn revoke(store: &Store, id: String) -> Result<()> {
    let id = TokenId::from_text(id);
    if store.revoke_token(&id, &Actor::Cli).await?.is_none() {
        bail!("there is no token {id} that could be revoked; `dotcursor token list` shows them");
    }
    Ok(output::say(&format!("Token {id} is revoked."))?)
}
