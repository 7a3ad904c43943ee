//! Which endpoint a call is for, and how many there were.

use actix_web::http::Method;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    App,
    Hook,
    Conversion,
    Installations,
    AccessTokens,
    InstallationRepositories,
    Repository,
    Commit,
    Tree,
    Blob,
    Ref,
    CheckRun,
    Compare,
    Deliveries,
    /// What a signed-in user asks for.
    User,
    RateLimit,
    Meta,
    GraphQl,
    /// Nothing that the stand-in knows.
    Other,
}

impl Endpoint {
    /// From a request's method and path; a prefix of Enterprise Server makes no difference.
    pub fn of(method: &Method, path: &str) -> Self {
        let path = path.strip_prefix("/api/v3").or_else(|| path.strip_prefix("/api")).unwrap_or(path);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["app"] => Self::App,
            ["app", "installations", _, "access_tokens"] if method == Method::POST => Self::AccessTokens,
            ["app", "installations", ..] => Self::Installations,
            ["app-manifests", _, "conversions"] => Self::Conversion,
            ["app", "hook", "config"] => Self::Hook,
            ["app", "hook", "deliveries", ..] => Self::Deliveries,
            ["installation", "repositories"] => Self::InstallationRepositories,
            ["user", ..] => Self::User,
            ["rate_limit"] => Self::RateLimit,
            ["meta"] => Self::Meta,
            ["graphql"] => Self::GraphQl,
            ["repos", _, _, rest @ ..] | ["repositories", _, rest @ ..] => Self::below_repository(rest),
            _ => Self::Other,
        }
    }

    fn below_repository(rest: &[&str]) -> Self {
        match rest {
            [] => Self::Repository,
            ["check-runs", ..] | ["commits", .., "check-runs"] => Self::CheckRun,
            ["commits", ..] => Self::Commit,
            ["compare", ..] => Self::Compare,
            ["git", "trees", ..] => Self::Tree,
            ["git", "blobs", ..] => Self::Blob,
            ["git", "ref", ..] => Self::Ref,
            _ => Self::Other,
        }
    }
}

/// Counts since the start, or since they were last set to zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls(BTreeMap<Endpoint, u64>);

impl Calls {
    pub fn count(&mut self, endpoint: Endpoint) {
        *self.0.entry(endpoint).or_default() += 1;
    }

    pub fn of(&self, endpoint: Endpoint) -> u64 {
        self.0.get(&endpoint).copied().unwrap_or(0)
    }

    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Those that read a repository's content, which is what a budget of calls per push counts.
    pub fn reads(&self) -> u64 {
        use Endpoint::{Blob, Commit, Compare, GraphQl, Ref, Repository, Tree};
        [Repository, Commit, Compare, Tree, Blob, Ref, GraphQl].into_iter().map(|endpoint| self.of(endpoint)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        let get = |path| Endpoint::of(&Method::GET, path);
        assert_eq!(get("/repos/o/r"), Endpoint::Repository);
        assert_eq!(get("/repos/o/r/git/trees/main"), Endpoint::Tree);
        assert_eq!(get("/api/v3/repos/o/r/commits/heads/main"), Endpoint::Commit);
        assert_eq!(get("/repos/o/r/commits/abc/check-runs"), Endpoint::CheckRun);
        assert_eq!(get("/repositories/7/git/blobs/abc"), Endpoint::Blob);
        assert_eq!(get("/api/graphql"), Endpoint::GraphQl);
        assert_eq!(Endpoint::of(&Method::POST, "/app/installations/1/access_tokens"), Endpoint::AccessTokens);
    }
}
