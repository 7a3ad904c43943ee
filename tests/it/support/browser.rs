//! A browser that keeps cookies, and follows nothing by itself.

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response};

#[derive(Debug)]
pub struct Browser {
    http: Client,
    pub cookies: Vec<(String, String)>,
}

impl Browser {
    pub fn new() -> Self {
        Self::with(vec![])
    }

    /// One that has somebody's cookies.
    pub fn with(cookies: Vec<(String, String)>) -> Self {
        let none = reqwest::redirect::Policy::none();
        Self { http: Client::builder().redirect(none).build().expect("a client"), cookies }
    }

    pub async fn send(&mut self, method: Method, url: &str, headers: &[(&str, &str)]) -> Response {
        self.send_form(method, url, headers, &[]).await
    }

    /// As a form of a page does, if there are fields.
    pub async fn send_form(
        &mut self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.request(method, url).header(COOKIE, cookies.join("; "));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = match fields {
            [] => request,
            _ => request.header("content-type", "application/x-www-form-urlencoded").body(body),
        };
        let response = request.send().await.expect("an answer");
        for set in response.headers().get_all(SET_COOKIE) {
            let set = set.to_str().expect("a cookie is text");
            assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
            let (name, rest) = set.split_once('=').expect("a name and a value");
            self.cookies.retain(|(known, _)| known != name);
            if !set.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned()));
            }
        }
        response
    }
}

/// Where an answer sends the browser.
pub fn place(headers: &HeaderMap) -> String {
    headers.get(LOCATION).expect("somewhere to go").to_str().expect("an address is text").to_owned()
}
