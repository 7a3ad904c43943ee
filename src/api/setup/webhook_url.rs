//! Whether GitHub can reach an address at all.

use std::net::IpAddr;
use url::{Host, Url};

const ITSELF: &str = "GitHub refuses webhooks to an address that means the machine itself (localhost): give the one by which GitHub \
    reaches this server, for trying it out that of a tunnel";
const PRIVATE: &str =
    "GitHub cannot reach a private address: give a public one, for trying it out that of a tunnel to this server";

/// Why it cannot, as far as the address tells; `api` is the GitHub that would send.
pub(super) fn refusal(url: &Url, api: Option<&Url>) -> Option<String> {
    let on_the_internet = api.and_then(Url::host_str).is_some_and(|host| host.ends_with("github.com"));
    let address = match url.host()? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let itself = name == "localhost" || name.ends_with(".localhost");
            return itself.then(|| ITSELF.to_owned());
        }
        Host::Ipv4(address) => IpAddr::V4(address),
        Host::Ipv6(address) => address.to_canonical(),
    };
    if address.is_loopback() || address.is_unspecified() {
        return Some(ITSELF.to_owned());
    }
    let private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    // An Enterprise Server may stand in the same network.
    (private && on_the_internet).then(|| PRIVATE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, api: &str) -> Option<String> {
        refusal(&Url::parse(url).unwrap(), Some(&Url::parse(api).unwrap()))
    }

    #[test]
    fn the_machine_itself_is_refused_in_all_its_names() {
        for url in [
            "http://localhost:3000",
            "https://LOCALHOST.",
            "http://app.localhost",
            "http://127.0.0.1:3000",
            "http://127.1",
            "http://[::1]:3000",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0",
        ] {
            let reason = refused(url, "https://ghe.example.com/api/v3").unwrap_or_else(|| panic!("{url}"));
            assert!(reason.contains("localhost"), "{reason}");
        }
    }

    #[test]
    fn a_private_address_is_refused_only_where_github_is_public() {
        for url in ["http://10.0.0.5:3000", "http://192.168.1.2", "http://[fd00::1]"] {
            assert!(refused(url, "https://api.github.com").is_some(), "{url}");
            assert!(refused(url, "https://ghe.example.com/api/v3").is_none(), "{url}");
        }
        assert!(refused("https://registry.example.com", "https://api.github.com").is_none());
        assert!(refused("http://203.0.113.7", "https://api.github.com").is_none());
    }
}
