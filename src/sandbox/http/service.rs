//! About the service itself, and whatever it has no endpoint for.

use super::Refusal;
use super::access::ByInstallation;
use crate::sandbox::options::{ENTERPRISE_VERSION, Edition};
use crate::sandbox::state::{Hub, Quota, Resource};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

pub async fn rate_limit(by: ByInstallation, hub: Data<Hub>) -> Result<HttpResponse, Refusal> {
    let state = hub.state();
    if hub.edition == Edition::EnterpriseServer && state.quotas.is_empty() {
        return Err(Refusal::new(404, "Rate limiting is not enabled."));
    }
    let quota = |resource| {
        let known = state.quotas.get(&(Some(by.0.installation), resource)).copied();
        quota_json(known.unwrap_or_else(|| Quota::fresh(hub.limits.hourly_calls)))
    };
    let core = quota(Resource::Core);
    let unused = quota_json(Quota::fresh(30));
    Ok(HttpResponse::Ok().json(json!({
        "resources": {"core": core, "graphql": quota(Resource::GraphQl), "search": unused}, "rate": core,
    })))
}

pub async fn meta(hub: Data<Hub>) -> HttpResponse {
    let of_the_edition = match hub.edition {
        Edition::Cloud => ("hooks", json!(["127.0.0.0/8", "::1/128"])),
        Edition::EnterpriseServer => ("installed_version", json!(ENTERPRISE_VERSION)),
    };
    let mut about = json!({"verifiable_password_authentication": false});
    about[of_the_edition.0] = of_the_edition.1;
    HttpResponse::Ok().json(about)
}

pub async fn unknown() -> Result<HttpResponse, Refusal> {
    Err(Refusal::not_found())
}

fn quota_json(quota: Quota) -> Value {
    json!({"limit": quota.limit, "remaining": quota.remaining(), "reset": quota.reset_at, "used": quota.used})
}
