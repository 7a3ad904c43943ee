//! A process of the program, to be killed.

use super::wait::eventually;
use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Command, Stdio};

#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    roles: &'static str,
    variables: HashMap<String, String>,
    address: String,
}

impl Child {
    /// Starts `dotcursor serve --role ROLES` with this environment alone, on a port that it keeps when it is started again.
    pub async fn start(roles: &'static str, variables: &HashMap<String, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let mut variables = variables.clone();
        variables.insert("DOTCURSOR_LISTEN".into(), address.clone());
        variables.insert("RUST_LOG".into(), std::env::var("CONVERGENCE_LOG").unwrap_or("off".into()));
        let process = spawn(roles, &variables);
        let child = Self { process, roles, variables, address: format!("http://{address}") };
        child.ready().await;
        child
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// kill -9
    pub fn kill(&mut self) {
        self.process.kill().expect("the process is killed");
        self.process.wait().expect("the process has ended");
    }

    /// A new process over what the killed one left.
    pub async fn start_again(&mut self) {
        self.process = spawn(self.roles, &self.variables);
        self.ready().await;
    }

    pub async fn ready(&self) {
        let url = format!("{}/readyz", self.address);
        eventually(&format!("the {} to be ready", self.roles), async || match reqwest::get(&url).await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(answer.text().await.unwrap_or_default()),
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

fn spawn(roles: &str, variables: &HashMap<String, String>) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_dotcursor"))
        .args(["serve", "--role", roles])
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the server starts")
}
