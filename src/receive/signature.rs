//! Who sent it: HMAC-SHA256 over the raw bytes, against every secret that is in force.

use super::refusal::Refusal;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;

const SCHEME: &str = "sha256=";

/// The secrets in force: one, or two while they are changed over. Each is a key that is made ready once.
#[derive(Clone)]
pub struct Secrets(Arc<[Hmac<Sha256>]>);

impl Secrets {
    /// An empty secret is left out: everybody could sign with it.
    pub fn new(secrets: &[SecretString]) -> Self {
        let keys = secrets.iter().map(|secret| secret.expose_secret().as_bytes()).filter(|secret| !secret.is_empty());
        Self(keys.filter_map(|secret| Hmac::new_from_slice(secret).ok()).collect())
    }

    /// Whether one of them signed `body`. Each comparison takes the same time wherever the signatures differ.
    pub(super) fn check(&self, signature: &Signature, body: &[u8]) -> Result<(), Refusal> {
        let signed = |key: &Hmac<Sha256>| key.clone().chain_update(body).verify_slice(&signature.0).is_ok();
        if self.0.iter().any(signed) { Ok(()) } else { Err(Refusal::WronglySigned) }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} in force)", self.0.len())
    }
}

/// What `X-Hub-Signature-256` says.
#[derive(Debug)]
pub(super) struct Signature([u8; 32]);

impl Signature {
    /// Reads `sha256=` and 64 hexadecimal digits.
    pub(super) fn read(header: &str) -> Result<Self, Refusal> {
        let digits = header.strip_prefix(SCHEME).ok_or(Refusal::SignatureMalformed)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| Refusal::SignatureMalformed)?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GitHub's documentation.
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn secrets(texts: &[&str]) -> Secrets {
        Secrets::new(&texts.iter().map(|text| SecretString::from(*text)).collect::<Vec<_>>())
    }

    #[test]
    fn the_documented_example_is_let_in() {
        let signature = Signature::read(SIGNATURE).unwrap();
        assert!(secrets(&[SECRET]).check(&signature, BODY).is_ok());
        assert!(secrets(&[SECRET]).check(&signature, b"Hello, World?").is_err());
        assert!(secrets(&["another"]).check(&signature, BODY).is_err());
    }

    #[test]
    fn while_secrets_are_changed_over_both_are_good() {
        let signature = Signature::read(SIGNATURE).unwrap();
        assert!(secrets(&["new", SECRET]).check(&signature, BODY).is_ok());
        assert!(secrets(&[SECRET, "new"]).check(&signature, BODY).is_ok());
    }

    #[test]
    fn without_a_secret_nobody_is_let_in() {
        let by_nobody = Hmac::<Sha256>::new_from_slice(b"").unwrap().chain_update(BODY).finalize();
        let signature = Signature(by_nobody.into_bytes().into());
        assert!(secrets(&[]).check(&signature, BODY).is_err());
        assert!(secrets(&[""]).check(&signature, BODY).is_err());
    }

    #[test]
    fn what_is_no_signature_is_told_apart() {
        let short = &SIGNATURE[..SIGNATURE.len() - 2];
        let long = format!("{SIGNATURE}00");
        let legacy = "sha1=0000000000000000000000000000000000000000";
        for header in ["", "sha256=", "sha256=zz", short, &long, legacy, &SIGNATURE[7..]] {
            assert!(matches!(Signature::read(header), Err(Refusal::SignatureMalformed)), "{header}");
        }
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        assert_eq!(format!("{:?}", secrets(&["a", "b"])), "Secrets(2 in force)");
    }
}
