//! `dotcursor`: see [`dotcursor::cli`] for what it can be told, and [`dotcursor`] for how it is built.

use clap::Parser;
use dotcursor::cli::{self, Cli};
use std::io;
use std::process::ExitCode;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What waits for an address that nobody answers at, minutes perhaps, is not waited for in its turn.
const PATIENCE: Duration = Duration::from_secs(1);

fn main() -> io::Result<ExitCode> {
    // Before the first TLS connection; it only fails where one is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cli = Cli::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let status = runtime.block_on(cli::main(cli));
    runtime.shutdown_timeout(PATIENCE);
    Ok(status)
}
