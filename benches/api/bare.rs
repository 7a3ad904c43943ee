//! actix-web with one handler, which answers always the same.

use actix_web::http::header::ContentType;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};

/// Serves for the rest of the process; returns host and port.
pub fn serve(body: String) -> String {
    let body = Bytes::from(body);
    let server =
        HttpServer::new(move || App::new().app_data(web::Data::new(body.clone())).route("/", web::get().to(answer)));
    let server = server.bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0].to_string();
    tokio::spawn(server.run());
    address
}

async fn answer(body: web::Data<Bytes>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(body.get_ref().clone())
}
