//! The App's key pair: the program signs its JSON web tokens with the private half, the stand-in checks them with the public one.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::DecodingKey;
use std::fmt;

/// A key that could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("no RSA key could be generated")]
    Generate,
    #[error(
        "the App's private key cannot be read: expected the PEM text of an RSA key (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)"
    )]
    Unreadable,
}

#[derive(Clone)]
pub struct AppKey {
    private_pem: String,
    public: DecodingKey,
}

impl AppKey {
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
        Self::of_pair(pem("PRIVATE KEY", der.as_ref()), &pair)
    }

    /// From the text that `private_pem` gave on an earlier start.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let base64: String = text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(base64).map_err(|_| KeyError::Unreadable)?;
        let pair = KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der)).map_err(|_| KeyError::Unreadable)?;
        Self::of_pair(text.to_owned(), &pair)
    }

    /// What `GITHUB_PRIVATE_KEY` takes.
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    pub(super) fn public(&self) -> &DecodingKey {
        &self.public
    }

    fn of_pair(private_pem: String, pair: &KeyPair) -> Result<Self, KeyError> {
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyError::Unreadable)?;
        let public = DecodingKey::from_rsa_pem(pem("PUBLIC KEY", der.as_ref()).as_bytes());
        Ok(Self { private_pem, public: public.map_err(|_| KeyError::Unreadable)? })
    }
}

impl fmt::Debug for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppKey(hidden)")
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_is_read_again_from_its_text() {
        let key = AppKey::generate().unwrap();
        assert!(AppKey::from_pem(key.private_pem()).is_ok());
        assert!(jsonwebtoken::EncodingKey::from_rsa_pem(key.private_pem().as_bytes()).is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(AppKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_err());
        assert!(AppKey::from_pem("secret").is_err());
    }
}
