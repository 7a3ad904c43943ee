//! People who sign in.

use super::StandIn;

impl StandIn {
    /// What `GITHUB_CLIENT_ID` takes.
    pub fn client_id(&self) -> String {
        self.hub.state().app.client_id()
    }

    /// What `GITHUB_CLIENT_SECRET` takes.
    pub fn client_secret(&self) -> String {
        self.hub.state().app.client_secret.clone()
    }

    /// Where browsers are sent back to, as it stands in the App's settings.
    pub fn set_callback_url(&self, url: &str) {
        self.hub.state().app.callback_url = Some(url.to_owned());
    }

    /// The repositories that somebody can reach, and whether they may push there.
    pub fn set_user(&self, login: &str, reach: &[(i64, bool)]) {
        self.hub.state().users.set(login, reach.iter().copied().collect());
    }

    /// Who is at the browser; nobody: whoever is asked says no.
    pub fn sign_in_as(&self, login: Option<&str>) {
        self.hub.state().users.current = login.map(str::to_owned);
    }

    /// The user takes back what the App was granted.
    pub fn revoke_user(&self, login: &str) {
        self.hub.state().users.revoke(login);
    }
}
