//! A repository: a few facts and very many links.

use super::{account, node_id};
use crate::sandbox::site::Site;
use crate::sandbox::state::HostedRepository;
use serde_json::{Map, Value, json};

/// What stands behind `https://…/repos/OWNER/NAME` in the links of a repository.
const LINKS: [(&str, &str); 36] = [
    ("forks_url", "/forks"),
    ("keys_url", "/keys{/key_id}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("teams_url", "/teams"),
    ("hooks_url", "/hooks"),
    ("issue_events_url", "/issues/events{/number}"),
    ("events_url", "/events"),
    ("assignees_url", "/assignees{/user}"),
    ("branches_url", "/branches{/branch}"),
    ("tags_url", "/tags"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("trees_url", "/git/trees{/sha}"),
    ("statuses_url", "/statuses/{sha}"),
    ("languages_url", "/languages"),
    ("stargazers_url", "/stargazers"),
    ("contributors_url", "/contributors"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("commits_url", "/commits{/sha}"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("comments_url", "/comments{/number}"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("contents_url", "/contents/{+path}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("merges_url", "/merges"),
    ("archive_url", "/{archive_format}{/ref}"),
    ("downloads_url", "/downloads"),
    ("issues_url", "/issues{/number}"),
    ("pulls_url", "/pulls{/number}"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("labels_url", "/labels{/name}"),
    ("releases_url", "/releases{/id}"),
    ("deployments_url", "/deployments"),
];

/// In full: as `GET /repos/{owner}/{repo}` answers it.
pub fn full_repository(base: &Site, full: &HostedRepository) -> Value {
    let mut fields = repository(base, full);
    fields["network_count"] = 0.into();
    fields["subscribers_count"] = 0.into();
    fields
}

/// As lists and webhooks carry it.
pub fn repository(base: &Site, repository: &HostedRepository) -> Value {
    let mut fields = facts(base, repository);
    let url = format!("{}/repos/{}", base.api, repository.full_name);
    for (name, rest) in LINKS {
        fields.insert(name.to_owned(), format!("{url}{rest}").into());
    }
    fields.insert("url".to_owned(), url.into());
    fields.extend(constants());
    Value::Object(fields)
}

/// As the events of an installation list it.
pub fn short_repository(repository: &HostedRepository) -> Value {
    json!({
        "id": repository.id, "node_id": node_id("Repository", repository.id), "name": repository.name(),
        "full_name": repository.full_name, "private": repository.private,
    })
}

fn facts(base: &Site, repository: &HostedRepository) -> Map<String, Value> {
    let html_url = format!("{base}/{}", repository.full_name);
    let host = base.web.split_once("://").map_or(&*base.web, |(_, host)| host);
    let facts = json!({
        "owner": account(base, repository.owner()), "html_url": html_url, "clone_url": format!("{html_url}.git"),
        "git_url": format!("git://{host}/{}.git", repository.full_name), "svn_url": html_url,
        "ssh_url": format!("git@{host}:{}.git", repository.full_name),
        "default_branch": repository.default_branch, "archived": repository.archived,
        "visibility": if repository.private { "private" } else { "public" },
        "created_at": repository.created_at, "updated_at": repository.created_at, "pushed_at": repository.created_at,
    });
    let mut fields = short_repository(repository).as_object().cloned().unwrap_or_default();
    fields.extend(facts.as_object().cloned().unwrap_or_default());
    fields
}

/// What the stand-in has no notion of.
fn constants() -> Map<String, Value> {
    let constants = json!({
        "description": null, "fork": false, "homepage": null, "language": null, "mirror_url": null, "license": null,
        "size": 1, "stargazers_count": 0, "watchers_count": 0, "forks_count": 0, "open_issues_count": 0,
        "forks": 0, "open_issues": 0, "watchers": 0,
        "has_issues": true, "has_projects": true, "has_downloads": true, "has_wiki": true, "has_pages": false,
        "has_discussions": false, "disabled": false, "allow_forking": true, "is_template": false,
        "web_commit_signoff_required": false, "topics": [],
    });
    constants.as_object().cloned().unwrap_or_default()
}
