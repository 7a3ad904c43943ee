//! A stand-in with one repository, `octo/demo`, and a client of it.

use crate::github::{GitHub, GitHubConfig, InstallationClient, RepositoryRef};
use crate::model::{InstallationId, RepositoryId};
use crate::sandbox::fixture::Checkout;
use crate::sandbox::{AppKey, Limits, Misbehaviour, NewRepository, StandIn, StandInOptions};
use secrecy::SecretString;
use std::sync::OnceLock;
use std::time::Duration;
use url::Url;

/// Making one takes a while in a debug build; any test may share it.
pub fn key() -> AppKey {
    static KEY: OnceLock<AppKey> = OnceLock::new();
    KEY.get_or_init(|| AppKey::generate().unwrap()).clone()
}

#[derive(Debug)]
pub struct Scene {
    pub stand_in: StandIn,
    pub checkout: Checkout,
    pub installation: i64,
    pub repository: RepositoryRef,
    pub github: GitHub,
    pub client: InstallationClient,
}

impl Scene {
    pub fn with(files: &[(&str, &str)]) -> Self {
        Self::of(Checkout::with(files))
    }

    pub fn of(checkout: Checkout) -> Self {
        Self::limited(checkout, Limits::default())
    }

    pub fn limited(checkout: Checkout, limits: Limits) -> Self {
        Self::started(checkout, StandInOptions { limits, ..StandInOptions::default() })
    }

    pub fn started(checkout: Checkout, options: StandInOptions) -> Self {
        let stand_in = StandIn::start(StandInOptions { key: Some(key()), ..options }).unwrap();
        let installation = stand_in.install("octo", None);
        let repository = add(&stand_in, installation, "octo/demo", &checkout);
        let github = github_at(stand_in.url(), Duration::from_secs(10));
        let client = github.installation(InstallationId::new(installation));
        Self { stand_in, checkout, installation, repository, github, client }
    }

    /// Serves the same checkout under another name as well.
    pub fn add(&self, full_name: &str) -> RepositoryRef {
        add(&self.stand_in, self.installation, full_name, &self.checkout)
    }

    /// Another client, without tokens and less patient.
    pub fn hasty(&self, timeout: Duration) -> InstallationClient {
        github_at(self.stand_in.url(), timeout).installation(InstallationId::new(self.installation))
    }

    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.stand_in.misbehave(misbehaviour);
    }

    /// The name git gives to what `revision` stands for.
    pub fn oid(&self, revision: &str) -> String {
        self.checkout.git(&["rev-parse", revision])
    }
}

pub fn github_at(url: &str, timeout: Duration) -> GitHub {
    let config = GitHubConfig {
        timeout,
        ..GitHubConfig::new(4711, SecretString::from(key().private_pem().to_owned()), Url::parse(url).unwrap())
    };
    GitHub::new(&config).unwrap()
}

fn add(stand_in: &StandIn, installation: i64, full_name: &str, checkout: &Checkout) -> RepositoryRef {
    let id = stand_in.add_repository(NewRepository::new(installation, full_name, checkout.path())).unwrap();
    RepositoryRef { id: RepositoryId::new(id), full_name: full_name.to_owned() }
}
