//! A user's token at GitHub, sealed with a key that only the user's cookie holds: who reads the database has neither.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

fn key(cookie: &SecretString) -> Result<RandomizedNonceKey, Unspecified> {
    // Not the digest that finds the session: that one is in the database.
    let mut digest = Sha256::new();
    digest.update("dotcursor session token\0");
    digest.update(cookie.expose_secret());
    RandomizedNonceKey::new(&AES_256_GCM, &digest.finalize())
}

/// The nonce, then what is sealed.
pub(super) fn seal(cookie: &SecretString, token: &SecretString) -> Result<Vec<u8>, Unspecified> {
    let mut sealed = token.expose_secret().as_bytes().to_vec();
    let nonce = key(cookie)?.seal_in_place_append_tag(Aad::empty(), &mut sealed)?;
    let mut whole = nonce.as_ref().to_vec();
    whole.append(&mut sealed);
    Ok(whole)
}

/// `None` if it was sealed with another cookie, or was changed since.
pub(super) fn open(cookie: &SecretString, whole: &[u8]) -> Option<SecretString> {
    let (nonce, sealed) = whole.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let token = key(cookie).ok()?.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
    std::str::from_utf8(token).ok().map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_cookie_opens_it() {
        let (cookie, token) = (SecretString::from("one"), SecretString::from("ghu_secret"));
        let sealed = seal(&cookie, &token).unwrap();
        assert_ne!(sealed, seal(&cookie, &token).unwrap(), "never the same twice");
        assert!(!String::from_utf8_lossy(&sealed).contains("ghu"));
        assert_eq!(open(&cookie, &sealed).unwrap().expose_secret(), "ghu_secret");
        assert!(open(&SecretString::from("two"), &sealed).is_none());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(open(&cookie, &changed).is_none());
        assert!(open(&cookie, &sealed[..5]).is_none());
    }
}
