//! Routes as a tree, so that a request is held against the few patterns on its way instead of against all of them.
//!
//! A path is cut behind each of its parameters: `/api/workspaces/{id}`, `/{kind}`, `/{name}`, `/versions`. Parts that begin alike
//! share a branch. Matching fifty flat patterns in turn took longer than everything else that a cached answer costs.

use super::limit;
use super::routes::{Endpoint, refuse_method};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use std::cmp::Reverse;

/// What stands at one place of the tree.
#[derive(Default)]
struct Branch {
    /// The methods of the path that ends here.
    own: Vec<Endpoint>,
    below: Vec<(&'static str, Branch)>,
}

/// Adds all of them to the server. What is literal goes before what is a parameter.
pub(super) fn register(endpoints: Vec<Endpoint>, config: &mut ServiceConfig) {
    let mut root = Branch::default();
    for endpoint in endpoints {
        root.at(endpoint.path).own.push(endpoint);
    }
    root.serve(config);
}

impl Branch {
    fn at(&mut self, path: &'static str) -> &mut Self {
        if path.is_empty() {
            return self;
        }
        let (part, rest) = cut(path);
        let known = self.below.iter().position(|(own, _)| *own == part);
        let index = known.unwrap_or_else(|| {
            self.below.push((part, Self::default()));
            self.below.len() - 1
        });
        self.below[index].1.at(rest)
    }

    fn serve(self, config: &mut ServiceConfig) {
        let Self { own, mut below } = self;
        if !own.is_empty() {
            serve_path("", own, config);
        }
        below.sort_by_key(|(part, _)| Reverse(literal(part)));
        for (part, branch) in below {
            if branch.below.is_empty() {
                serve_path(part, branch.own, config);
            } else {
                config.service(web::scope(part).configure(|config| branch.serve(config)));
            }
        }
    }
}

/// Behind the first parameter, or at the end.
fn cut(path: &'static str) -> (&'static str, &'static str) {
    let end = path.find('}').map_or(path.len(), |brace| brace + 1);
    path.split_at(end)
}

/// How much of a part must be there to the letter.
fn literal(part: &str) -> usize {
    part.find('{').unwrap_or(usize::MAX)
}

/// One path with all its methods.
fn serve_path(path: &str, methods: Vec<Endpoint>, config: &mut ServiceConfig) {
    let begins = |with: &str| methods.iter().any(|endpoint| endpoint.path.starts_with(with));
    let (is_api, is_sign_in) = (begins("/api/"), begins("/auth/"));
    let resource = web::resource(path).default_service(refuse_method(&methods));
    let resource = methods.into_iter().fold(resource, |resource, endpoint| resource.route(endpoint.route));
    // Machines that watch the process, and GitHub, are not counted.
    if is_api {
        config.service(resource.wrap(from_fn(limit::count)));
    } else if is_sign_in {
        config.service(resource.wrap(from_fn(limit::count_by_address)));
    } else {
        config.service(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_behind_its_parameters() {
        assert_eq!(cut("/api/workspaces/{id}/{kind}/sync"), ("/api/workspaces/{id}", "/{kind}/sync"));
        assert_eq!(cut("/{kind}/sync"), ("/{kind}", "/sync"));
        assert_eq!(cut("/sync/status"), ("/sync/status", ""));
    }

    #[test]
    fn what_is_literal_goes_first() {
        let mut parts = ["/{kind}", "/tasks/{task}", "/sync"];
        parts.sort_by_key(|part| Reverse(literal(part)));
        assert_eq!(parts, ["/sync", "/tasks/{task}", "/{kind}"]);
    }
}
