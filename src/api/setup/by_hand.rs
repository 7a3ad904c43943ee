//! An App that is there already, entered by hand: GitHub is asked whether id and key fit.

use super::super::state::ApiState;
use super::fields::{Entered, Problem};
use super::{NotTaken, Setup, door, page};
use crate::config::StoredApp;
use crate::github::{App, GitHub, GitHubConfig, GitHubError, web_url};
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::SecretString;
use url::Url;

/// What was entered, each field fit by itself.
struct Named {
    id: u64,
    private_key: SecretString,
    webhook_secret: SecretString,
    client: Option<(String, SecretString)>,
    api_url: Url,
}

/// `POST /setup/app`
pub(super) async fn take(state: web::Data<ApiState>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match door::form(&state, &request, &body) {
        Ok((setup, entered)) => {
            let taken = take_entered(setup, &entered).await;
            taken.unwrap_or_else(|problems| page::form(setup, &entered, &problems))
        }
        Err(refused) => *refused,
    }
}

async fn take_entered(setup: &Setup, entered: &Entered) -> Result<HttpResponse, Vec<Problem>> {
    let (app, stored) = ask(named(setup, entered)?).await.map_err(|problem| vec![problem])?;
    match setup.take(&stored).await {
        Ok(()) => {
            let slug = stored.slug.as_deref();
            let install = slug.map(|slug| page::installation_page(&web_url(&stored.api_url), slug));
            Ok(page::done(&app.name, install.as_deref(), None))
        }
        Err(NotTaken::Already) => Ok(page::see_other(super::PATH, None)),
        Err(error) => Err(vec![("The App", error.to_string())]),
    }
}

fn named(setup: &Setup, entered: &Entered) -> Result<Named, Vec<Problem>> {
    let mut problems = vec![];
    let api_url = entered.api_url(setup, &mut problems);
    let id: Option<u64> = entered.app_id.trim().parse().ok();
    if id.is_none() {
        problems.push(("App id", "expected is the number on the App's settings page".to_owned()));
    }
    if !entered.private_key.contains("-----BEGIN") {
        problems.push(("Private key", "expected is all of the .pem file that GitHub let you download".to_owned()));
    }
    let webhook_secret = entered.webhook_secret.trim();
    if webhook_secret.is_empty() {
        problems.push(("Webhook secret", "expected is the one from the App's settings page".to_owned()));
    }
    if webhook_secret.contains(',') {
        let why = "a comma separates two secrets here: choose one without, on the App's settings page too";
        problems.push(("Webhook secret", why.to_owned()));
    }
    let (client_id, client_secret) = (entered.client_id.trim(), entered.client_secret.trim());
    if client_id.is_empty() != client_secret.is_empty() {
        problems.push(("Client id and secret", "expected are both, or neither: then nobody signs in".to_owned()));
    }
    let (Some(id), Some(api_url), true) = (id, api_url, problems.is_empty()) else {
        return Err(problems);
    };
    Ok(Named {
        id,
        private_key: entered.private_key.trim().replace("\r\n", "\n").into(),
        webhook_secret: webhook_secret.into(),
        client: Some((client_id.to_owned(), client_secret.into())).filter(|(id, _)| !id.is_empty()),
        api_url,
    })
}

/// What GitHub knows the App as shows that id, key and address belong together.
async fn ask(named: Named) -> Result<(App, StoredApp), Problem> {
    let Named { id, private_key, webhook_secret, client, api_url } = named;
    let config = GitHubConfig::new(id, private_key.clone(), api_url.clone());
    let refused = |error: GitHubError| match error {
        GitHubError::Misconfigured { .. } => ("Private key", "it is no RSA key in PEM form".to_owned()),
        error => ("The App", error.to_string()),
    };
    let app = GitHub::new(&config).map_err(refused)?.app().await.map_err(refused)?;
    let (client_id, client_secret) = client.unzip();
    let slug = app.slug.clone();
    let stored =
        StoredApp { id, slug, client_id, client_secret, webhook_secret, private_key, api_url, public_url: None };
    Ok((app, stored))
}
