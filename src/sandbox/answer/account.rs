//! A user or organization.

use super::node_id;
use crate::sandbox::site::Site;
use crate::sandbox::state::installation_account_id;
use serde_json::{Map, Value, json};

/// What stands behind `https://…/users/LOGIN` in the links of an account.
const LINKS: [(&str, &str); 9] = [
    ("events_url", "/events{/privacy}"),
    ("followers_url", "/followers"),
    ("following_url", "/following{/other_user}"),
    ("gists_url", "/gists{/gist_id}"),
    ("organizations_url", "/orgs"),
    ("received_events_url", "/received_events"),
    ("repos_url", "/repos"),
    ("starred_url", "/starred{/owner}{/repo}"),
    ("subscriptions_url", "/subscriptions"),
];

/// With a profile that tells nothing: as `GET /user` answers it.
pub fn user(base: &Site, login: &str) -> Value {
    let mut fields = account(base, login);
    let profile = json!({
        "name": null, "company": null, "blog": "", "location": null, "email": null, "hireable": null, "bio": null,
        "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    });
    if let (Some(fields), Value::Object(profile)) = (fields.as_object_mut(), profile) {
        fields.extend(profile);
    }
    fields
}

pub fn account(base: &Site, login: &str) -> Value {
    let id = installation_account_id(login);
    let url = format!("{}/users/{login}", base.api);
    let mut fields = Map::new();
    for (name, rest) in LINKS {
        fields.insert(name.to_owned(), format!("{url}{rest}").into());
    }
    let own = json!({
        "login": login, "id": id, "node_id": node_id("User", id), "avatar_url": format!("{base}/avatars/{id}"),
        "gravatar_id": "", "url": url, "html_url": format!("{base}/{login}"), "type": "User", "site_admin": false,
    });
    fields.extend(own.as_object().cloned().unwrap_or_default());
    Value::Object(fields)
}
