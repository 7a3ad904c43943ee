//! The door as GitHub sees it: headers and bytes in, status and JSON out.

use super::*;
use crate::model::{Delivery, RepositoryId};
use crate::store::StoreError;
use crate::store::intake::Outcome;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpServer};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "a secret";
const PING: &str = r#"{"zen":"Keep it logically awesome.","hook_id":1}"#;

fn signed(body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// A delivery as GitHub sends it.
struct Sent {
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Sent {
    fn new(event: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let headers = vec![
            ("X-GitHub-Event", event.to_owned()),
            ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958".to_owned()),
            ("X-Hub-Signature-256", signed(&body)),
            ("Content-Type", "application/json".to_owned()),
        ];
        Self { headers, body }
    }

    fn ping() -> Self {
        Self::new("ping", PING)
    }

    fn form(body: &str) -> Self {
        Self::new("ping", body).with("Content-Type", "application/x-www-form-urlencoded")
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self
    }

    fn with(self, name: &'static str, value: &str) -> Self {
        let mut changed = self.without(name);
        changed.headers.push((name, value.to_owned()));
        changed
    }

    fn request(self) -> TestRequest {
        let request = TestRequest::post().uri(PATH).set_payload(self.body);
        self.headers.into_iter().fold(request, TestRequest::insert_header)
    }
}

/// A database that takes all, or has `fault`; and what it took.
struct Registry {
    state: ReceiveState,
    taken: Arc<Mutex<Vec<Delivery>>>,
}

impl Registry {
    fn open(outcome: fn() -> Result<Outcome, StoreError>) -> Self {
        let taken = Arc::new(Mutex::new(vec![]));
        let ledger = taken.clone();
        let record = move |batch: Arc<[Delivery]>| {
            ledger.lock().unwrap().extend_from_slice(&batch);
            async move { batch.iter().map(|_| outcome()).collect() }
        };
        let (intake, committer) = super::open(record, |_, _| ());
        tokio::spawn(committer.run(CancellationToken::new()));
        Self {
            state: ReceiveState::new(
                Secrets::new(&[SecretString::from(SECRET)]),
                Intakes { pushes: intake.clone(), others: intake },
            ),
            taken,
        }
    }

    fn fine() -> Self {
        Self::open(|| Ok(Outcome::Owed(vec![RepositoryId::new(1)])))
    }

    async fn respond(&self, sent: Sent) -> ServiceResponse {
        let app = init_service(App::new().configure(configure(self.state.clone()))).await;
        call_service(&app, sent.request().to_request()).await
    }

    async fn answer(&self, sent: Sent) -> (u16, String) {
        let response = self.respond(sent).await;
        let status = response.status().as_u16();
        let body = response.into_body().try_into_bytes().unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Status and code of a refusal; nothing must have been taken.
    async fn refusal(&self, sent: Sent) -> (u16, String) {
        let (status, body) = self.answer(sent).await;
        assert_eq!(self.taken(), []);
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        (status, body["error"]["code"].as_str().unwrap().to_owned())
    }

    fn taken(&self) -> Vec<Delivery> {
        self.taken.lock().unwrap().clone()
    }
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[actix_web::test]
async fn a_signed_delivery_is_taken_and_named() {
    let registry = Registry::fine();
    let (status, body) = registry.answer(Sent::ping()).await;
    assert_eq!(status, 202);
    insta::assert_snapshot!(body, @r#"{"data":{"delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","event":"ping","outcome":"owed"}}"#);
    let [taken] = &registry.taken()[..] else { panic!("one delivery was sent") };
    assert_eq!((&*taken.id.0, &*taken.name), ("72d3162e-cc78-11e3-81ab-4c9367dc0958", "ping"));
}

#[actix_web::test]
async fn an_event_that_we_do_not_know_is_taken() {
    let registry = Registry::open(|| Ok(Outcome::Recorded));
    let (status, body) = registry.answer(Sent::new("star", r#"{"action":"created"}"#)).await;
    assert_eq!(status, 202);
    insta::assert_snapshot!(body, @r#"{"data":{"delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","event":"star","outcome":"recorded"}}"#);
    assert_eq!(registry.taken()[0].action.as_deref(), Some("created"));
}

#[actix_web::test]
async fn a_form_is_read_as_its_payload() {
    let registry = Registry::fine();
    let (status, _) = registry.answer(Sent::form("a=b&payload=%7B%22action%22%3A%22a+b%22%7D")).await;
    assert_eq!(status, 202);
    assert_eq!(registry.taken()[0].action.as_deref(), Some("a b"));
    let (status, body) = registry.answer(Sent::form("load=%7B%7D")).await;
    assert_eq!(status, 400);
    insta::assert_snapshot!(body, @r#"{"error":{"code":"no-payload-field","message":"the body is a form without a field \"payload\": send that field, or the JSON itself as application/json","details":[]}}"#);
}

#[actix_web::test]
async fn json_is_read_whatever_it_calls_itself() {
    let registry = Registry::fine();
    assert_eq!(registry.answer(Sent::ping().with("Content-Type", "text/plain")).await.0, 202);
    assert_eq!(registry.answer(Sent::ping().without("Content-Type")).await.0, 202);
}

#[actix_web::test]
async fn who_has_not_signed_is_refused() {
    let registry = Registry::fine();
    let (status, body) = registry.answer(Sent::ping().without("X-Hub-Signature-256")).await;
    assert_eq!(status, 401);
    insta::assert_snapshot!(body, @r#"{"error":{"code":"unsigned","message":"the header X-Hub-Signature-256 is missing: set the same secret in the App's settings and GITHUB_WEBHOOK_SECRET","details":[]}}"#);
    let wrong = Sent::ping().with("X-Hub-Signature-256", &signed(b"another body"));
    assert_eq!(registry.refusal(wrong).await, refused(401, "wrongly-signed"));
    let malformed = Sent::ping().with("X-Hub-Signature-256", "sha1=00");
    assert_eq!(registry.refusal(malformed).await, refused(401, "signature-malformed"));
}

#[actix_web::test]
async fn a_stranger_learns_nothing_but_that() {
    let registry = Registry::fine();
    let stranger = |sent: Sent| sent.with("X-Hub-Signature-256", &signed(b"another body"));
    assert_eq!(registry.refusal(stranger(Sent::new("push", "not json"))).await.0, 401);
    assert_eq!(registry.refusal(stranger(Sent::ping().without("X-GitHub-Event"))).await.0, 401);
}

#[actix_web::test]
async fn a_delivery_has_an_event_and_an_id() {
    let registry = Registry::fine();
    for header in ["X-GitHub-Event", "X-GitHub-Delivery"] {
        assert_eq!(registry.refusal(Sent::ping().without(header)).await, refused(400, "header-missing"));
        let long = Sent::ping().with(header, &"x".repeat(201));
        assert_eq!(registry.refusal(long).await, refused(400, "header-malformed"));
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused() {
    let registry = Registry::fine();
    let (status, body) = registry.answer(Sent::new("push", "not json")).await;
    assert_eq!(status, 400);
    insta::assert_snapshot!(body, @r#"{"error":{"code":"not-json","message":"the body is not JSON: expected ident at line 1 column 2","details":[]}}"#);
    assert_eq!(registry.refusal(Sent::new("ping", "")).await, refused(400, "not-json"));
    assert_eq!(registry.refusal(Sent::new("push", "{}")).await, refused(400, "payload-malformed"));
}

#[actix_web::test]
async fn only_posts_are_deliveries() {
    let app = init_service(App::new().configure(configure(Registry::fine().state))).await;
    let response = call_service(&app, TestRequest::get().uri(PATH).to_request()).await;
    assert_eq!(response.status().as_u16(), 405);
    assert_eq!(response.headers().get("allow").unwrap(), "POST");
    let body = response.into_body().try_into_bytes().unwrap();
    insta::assert_snapshot!(String::from_utf8_lossy(&body), @r#"{"error":{"code":"method-not-allowed","message":"deliveries are sent by POST","details":[]}}"#);
}

#[actix_web::test]
async fn a_database_that_is_away_is_a_reason_to_come_back() {
    let registry = Registry::open(|| Err(StoreError::Unreachable("gone".into())));
    let response = registry.respond(Sent::ping()).await;
    assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "5");
    let (status, body) = registry.answer(Sent::ping()).await;
    assert_eq!(status, 503);
    insta::assert_snapshot!(body, @r#"{"error":{"code":"not-stored","message":"the delivery could not be written down: the server's log says why","details":[]}}"#);
}

/// A ping of this many bytes.
fn ping_of(length: usize) -> Vec<u8> {
    let mut body = br#"{"zen":""#.to_vec();
    body.resize(length - 2, b'x');
    body.extend_from_slice(br#""}"#);
    body
}

#[actix_web::test]
async fn bodies_are_taken_up_to_the_limit() {
    let registry = Registry::fine();
    for length in [body::LARGE, body::LARGE + 1, MAX_BODY] {
        assert_eq!(registry.answer(Sent::new("ping", ping_of(length))).await.0, 202, "{length} bytes");
    }
}

#[actix_web::test]
async fn a_larger_body_is_refused_while_it_is_read() {
    let sent = Sent::new("ping", ping_of(MAX_BODY + 1));
    assert_eq!(Registry::fine().refusal(sent).await, refused(413, "body-too-large"));
}

/// A real server, for what a test request cannot be: its first answer to these raw bytes, sent as they are.
async fn over_the_wire(raw: &[u8]) -> String {
    let registry = Registry::fine();
    let app = move || App::new().configure(configure(registry.state.clone()));
    let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let running = tokio::spawn(server);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(raw).await.unwrap();
    let mut answer = String::new();
    let mut part = [0; 4096];
    while !answer.contains("\r\n\r\n") || !answer.ends_with('}') {
        let length = stream.read(&mut part).await.unwrap();
        assert_ne!(length, 0, "the connection was closed after {answer:?}");
        answer.push_str(&String::from_utf8_lossy(&part[..length]));
    }
    handle.stop(false).await;
    running.await.unwrap().unwrap();
    answer
}

fn head(sent: &Sent, length: &str) -> String {
    let headers: String = sent.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n\r\n")
}

#[actix_web::test]
async fn a_body_that_says_it_is_too_large_is_not_waited_for() {
    let head = head(&Sent::ping(), &format!("Content-Length: {}", MAX_BODY + 1));
    let answer = over_the_wire(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[actix_web::test]
async fn a_body_in_chunks_is_read() {
    let sent = Sent::ping();
    let mut raw = head(&sent, "Transfer-Encoding: chunked");
    for chunk in [&PING[..10], &PING[10..], ""] {
        raw.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
    }
    let answer = over_the_wire(raw.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
}

#[actix_web::test]
async fn chunks_without_end_are_refused() {
    let mut raw = head(&Sent::ping(), "Transfer-Encoding: chunked").into_bytes();
    let chunk = vec![b'x'; MAX_BODY / 5 + 1];
    for _ in 0..5 {
        raw.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        raw.extend_from_slice(&chunk);
        raw.extend_from_slice(b"\r\n");
    }
    let answer = over_the_wire(&raw).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}
