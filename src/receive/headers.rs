//! What the headers of a delivery say.

use super::refusal::Refusal;
use super::signature::Signature;
use crate::model::DeliveryId;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};

const EVENT: &str = "X-GitHub-Event";
const DELIVERY: &str = "X-GitHub-Delivery";
const SIGNATURE: &str = "X-Hub-Signature-256";

/// Characters of an event's name; GitHub's longest has 34.
const EVENT_LIMIT: usize = 100;
/// Characters of a delivery id; GitHub's have 36.
const DELIVERY_LIMIT: usize = 200;

/// How the JSON is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    /// In the field `payload` of a form: the default of GitHub's settings.
    Form,
}

/// Which delivery of which event it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub id: DeliveryId,
    pub event: String,
}

pub(super) fn signature(headers: &HeaderMap) -> Result<Signature, Refusal> {
    let header = headers.get(SIGNATURE).ok_or(Refusal::Unsigned)?;
    Signature::read(header.to_str().map_err(|_| Refusal::SignatureMalformed)?)
}

pub(super) fn identity(headers: &HeaderMap) -> Result<Identity, Refusal> {
    let event = printable(headers, EVENT, EVENT_LIMIT)?.to_owned();
    let id = DeliveryId(printable(headers, DELIVERY, DELIVERY_LIMIT)?.to_owned());
    Ok(Identity { id, event })
}

/// A form says that it is one. All else is read as JSON, whatever it calls itself: the signature tells who wrote it, and
/// what is not JSON is refused as that.
pub(super) fn encoding(headers: &HeaderMap) -> Encoding {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") { Encoding::Form } else { Encoding::Json }
}

fn printable<'a>(headers: &'a HeaderMap, name: &'static str, limit: usize) -> Result<&'a str, Refusal> {
    let value = headers.get(name).ok_or(Refusal::HeaderMissing(name))?;
    let text = value.to_str().map_err(|_| Refusal::HeaderMalformed { name, limit })?;
    let fits = (1..=limit).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if fits { Ok(text) } else { Err(Refusal::HeaderMalformed { name, limit }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &[u8])| {
            let name = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes()).unwrap();
            (name, HeaderValue::from_bytes(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn both_names_are_needed() {
        let missing = |pairs: &[(&'static str, &[u8])]| match identity(&headers(pairs)) {
            Err(Refusal::HeaderMissing(name)) => Some(name),
            _ => None,
        };
        assert_eq!(missing(&[(DELIVERY, b"1")]), Some(EVENT));
        assert_eq!(missing(&[(EVENT, b"push")]), Some(DELIVERY));
        assert_eq!(missing(&[(EVENT, b"push"), (DELIVERY, b"1")]), None);
    }

    #[test]
    fn ids_are_short_and_printable() {
        let malformed = |id: &[u8]| {
            matches!(
                identity(&headers(&[(EVENT, b"push"), (DELIVERY, id)])),
                Err(Refusal::HeaderMalformed { name: DELIVERY, .. })
            )
        };
        assert!(!malformed(&[b'x'; 200]));
        assert!(malformed(&[b'x'; 201]));
        assert!(malformed(b""));
        assert!(malformed(b"a\tb"));
        assert!(malformed("ü".as_bytes()));
    }

    #[test]
    fn only_a_form_is_a_form() {
        let of = |value: &[u8]| encoding(&headers(&[("Content-Type", value)]));
        assert_eq!(of(b"application/x-www-form-urlencoded; charset=utf-8"), Encoding::Form);
        assert_eq!(of(b"Application/X-WWW-Form-Urlencoded"), Encoding::Form);
        assert_eq!(of(b"application/json"), Encoding::Json);
        assert_eq!(of(b"text/plain"), Encoding::Json);
        assert_eq!(encoding(&HeaderMap::new()), Encoding::Json);
    }
}
