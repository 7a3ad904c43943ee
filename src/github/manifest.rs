//! `app-manifest.json`: the App with the fewest permissions that serve, as GitHub registers it and as `doctor` wants it.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use url::Url;

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static MANIFEST: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../app-manifest.json")).expect("app-manifest.json is JSON"));

/// The addresses of a server, which the file leaves open.
#[derive(Clone, Debug)]
pub struct ManifestUrls {
    pub home: Url,
    pub webhook: Url,
    /// Where people come back to who signed in.
    pub sign_in: Url,
    /// Where the browser goes once the App is registered.
    pub back: Url,
}

/// The manifest for a server at these addresses.
pub fn manifest(urls: &ManifestUrls) -> Value {
    let mut manifest = MANIFEST.clone();
    let mut set = |name: &str, value: Value| drop(manifest.insert(name.to_owned(), value));
    set("url", urls.home.as_str().into());
    set("hook_attributes", json!({"url": urls.webhook, "active": true}));
    set("callback_urls", json!([urls.sign_in]));
    set("redirect_url", urls.back.as_str().into());
    manifest.into()
}

/// What the App asks for, and how much of it: `contents` → `read`.
pub fn wanted_permissions() -> BTreeMap<String, String> {
    let all = MANIFEST.get("default_permissions").and_then(Value::as_object).into_iter().flatten();
    all.filter_map(|(name, access)| Some((name.clone(), access.as_str()?.to_owned()))).collect()
}

pub fn wanted_events() -> BTreeSet<String> {
    let all = MANIFEST.get("default_events").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|event| event.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_manifest_but_for_its_addresses() {
        let url = |path: &str| Url::parse("https://registry.example.com").unwrap().join(path).unwrap();
        let urls = ManifestUrls {
            home: url("/"),
            webhook: url("/webhooks/github"),
            sign_in: url("/auth/github/callback"),
            back: url("/setup/callback"),
        };
        let mut made = manifest(&urls);
        assert_eq!(made["redirect_url"], "https://registry.example.com/setup/callback");
        made.as_object_mut().unwrap().shift_remove("redirect_url");
        let text = include_str!("../../app-manifest.json").replace("dotcursor.example.com", "registry.example.com");
        let mut file: Value = serde_json::from_str(&text).unwrap();
        file["url"] = "https://registry.example.com/".into();
        assert_eq!(made, file);
        assert_eq!(wanted_permissions()["contents"], "read");
        assert!(wanted_events().contains("push"));
    }
}
