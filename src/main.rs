//! `dotcursor`: see [`dotcursor::cli`] for what it can be told, and [`dotcursor`] for how it is built.

use clap::Parser;
use dotcursor::cli::{self, Cli};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Before the first TLS connection; it only fails where one is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    cli::main(Cli::parse()).await
}
