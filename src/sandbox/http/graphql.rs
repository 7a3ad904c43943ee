//! `POST /graphql`

use super::access::ByInstallation;
use super::{Refusal, blocking};
use crate::sandbox::graphql::{Request, execute};
use crate::sandbox::state::Hub;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};

pub async fn query(by: ByInstallation, hub: Data<Hub>, body: Bytes) -> Result<HttpResponse, Refusal> {
    let request: Request = serde_json::from_slice(&body)
        .map_err(|_| Refusal::new(400, "Problems parsing JSON: a query attribute must be specified and be a string"))?;
    let answer = blocking(move || Ok(execute(&hub, &by.0, &request))).await?;
    Ok(HttpResponse::Ok().json(answer))
}
