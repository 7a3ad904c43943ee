//! Somebody who receives webhooks, writes them down, and answers as told.

use super::client::Scene;
use crate::sandbox::StandInOptions;
use crate::sandbox::git::fixture::Checkout;
use actix_web::web::{Bytes, Data, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug)]
pub struct Received {
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Debug, Default)]
struct Book {
    received: Vec<Received>,
    status: u16,
}

#[derive(Clone, Debug)]
pub struct Receiver {
    pub url: String,
    book: Arc<Mutex<Book>>,
}

impl Receiver {
    pub fn start() -> Self {
        let book = Arc::new(Mutex::new(Book { received: Vec::new(), status: 202 }));
        let data = Data::from(book.clone());
        let server = HttpServer::new(move || App::new().app_data(data.clone()).route("/hook", post().to(receive)))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self { url, book }
    }

    pub fn answer_with(&self, status: u16) {
        self.book.lock().unwrap().status = status;
    }

    pub fn received(&self) -> Vec<Received> {
        self.book.lock().unwrap().received.clone()
    }

    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        for _ in 0..500 {
            if self.received().len() >= count {
                return self.received();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{count} deliveries were awaited, there are {}", self.received().len());
    }
}

async fn receive(request: HttpRequest, body: Bytes, book: Data<Mutex<Book>>) -> HttpResponse {
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()))
        .collect();
    let mut book = book.lock().unwrap();
    book.received.push(Received { headers, body: body.to_vec() });
    HttpResponse::build(actix_web::http::StatusCode::from_u16(book.status).unwrap()).body("noted")
}

/// A scene whose webhooks arrive at the receiver.
pub async fn heard(checkout: Checkout, options: StandInOptions) -> (Scene, Receiver) {
    let receiver = Receiver::start();
    let scene = Scene::of(checkout, StandInOptions { webhook_url: Some(receiver.url.clone()), ..options }).await;
    (scene, receiver)
}
