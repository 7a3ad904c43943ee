//! The server as a process of its own, to be killed.

use crate::support::wait::eventually;
use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Command, Stdio};

#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    variables: HashMap<String, String>,
    address: String,
}

impl Child {
    /// Starts `dotcursor serve` with this environment alone, on a port that it keeps when it is started again.
    pub async fn start(variables: &HashMap<String, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let mut variables = variables.clone();
        variables.insert("DOTCURSOR_LISTEN".into(), address.clone());
        variables.insert("RUST_LOG".into(), "warn".into());
        let child = Self { process: spawn(&variables), variables, address: format!("http://{address}") };
        child.ready().await;
        child
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// kill -9, and a new process over what the old one left.
    pub async fn kill_and_start_again(mut self) -> Self {
        self.kill();
        self.process = spawn(&self.variables);
        self.ready().await;
        self
    }

    fn kill(&mut self) {
        self.process.kill().expect("the process is killed");
        self.process.wait().expect("the process has ended");
    }

    async fn ready(&self) {
        let url = format!("{}/readyz", self.address);
        eventually("the server to be ready", async || match reqwest::get(&url).await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(answer.status().to_string()),
            Err(error) => Err(error.to_string()),
        })
        .await;
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(variables: &HashMap<String, String>) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_dotcursor"))
        .arg("serve")
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the server starts")
}
