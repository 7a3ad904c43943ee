//! Repositories by name, by id, and those of an installation.

use super::Refusal;
use super::access::{ByInstallation, Target};
use super::page::Page;
use crate::sandbox::answer;
use crate::sandbox::state::Hub;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

pub async fn one(target: Target, hub: Data<Hub>) -> HttpResponse {
    HttpResponse::Ok().json(answer::full_repository(&hub.url, &target.0))
}

pub async fn of_installation(
    by: ByInstallation,
    hub: Data<Hub>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let mut granted = hub.state().repositories_of(by.0.installation);
    granted.retain(|repository| by.0.reaches(repository.id));
    let total = granted.len();
    let (items, next) = page.cut(granted, &request);
    let items: Vec<Value> = items.iter().map(|repository| answer::repository(&hub.url, repository)).collect();
    let mut response = HttpResponse::Ok();
    next.into_iter().for_each(|link| {
        response.insert_header(link);
    });
    Ok(response.json(json!({"total_count": total, "repository_selection": "selected", "repositories": items})))
}
