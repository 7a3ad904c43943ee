//! How a process is told to stop.

use tokio::signal::ctrl_c;

/// Returns at Ctrl-C or a polite kill. A second one ends the process at once: somebody is in a hurry.
pub(super) async fn stop_asked() {
    asked().await;
    tokio::spawn(async {
        asked().await;
        std::process::exit(1);
    });
}

#[cfg(unix)]
async fn asked() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "only Ctrl-C and kill -9 will stop this process");
            let _ = ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn asked() {
    let _ = ctrl_c().await;
}
