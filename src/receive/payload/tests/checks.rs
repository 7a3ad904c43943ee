use super::*;
use crate::model::{CommitSha, PullRequest, RepositoryId};

fn id() -> RepositoryId {
    RepositoryId::new(186_853_002)
}

fn head() -> CommitSha {
    CommitSha::new(&sha('b')).unwrap()
}

#[test]
fn only_who_asks_again_is_heard() {
    let run = |action: &str| json!({"action": action, "check_run": {"id": 1, "head_sha": sha('b'), "check_suite": {"id": 2}}, "repository": repository()});
    let again = Event::CheckRerequested { repository: id(), head: head() };
    assert_eq!(event("check_run", &run("rerequested")), (Some("rerequested".into()), again.clone()));
    assert_eq!(event("check_run", &run("completed")), (Some("completed".into()), Event::Nothing));
    let suite =
        json!({"action": "rerequested", "check_suite": {"id": 1, "head_sha": sha('b')}, "repository": repository()});
    assert_eq!(event("check_suite", &suite), (Some("rerequested".into()), again));
}

fn pull(action: &str) -> Value {
    json!({
        "action": action, "number": 7, "repository": repository(),
        "pull_request": {
            "number": 7, "title": "A change",
            "head": {"label": "stranger:a", "ref": "a", "sha": sha('b'), "repo": null},
            "base": {"label": "octo:main", "ref": "main", "sha": sha('a'), "repo": repository()},
        },
    })
}

#[test]
fn a_pull_request_is_news_when_its_head_or_base_is_another() {
    let Event::PullRequest(told) = event("pull_request", &pull("opened")).1 else { panic!("no pull request") };
    assert_eq!((told.number, told.head, told.base_ref.as_str(), told.before), (7, head(), "main", None));
    let mut moved = pull("synchronize");
    moved["before"] = sha('c').into();
    let Event::PullRequest(PullRequest { before, .. }) = event("pull_request", &moved).1 else { panic!("no news") };
    assert_eq!(before, CommitSha::new(&sha('c')).ok());
    assert_eq!(event("pull_request", &pull("labeled")).1, Event::Nothing);
    let mut edited = pull("edited");
    edited["changes"] = json!({"title": {"from": "Another"}});
    assert_eq!(event("pull_request", &edited).1, Event::Nothing);
    edited["changes"] = json!({"base": {"ref": {"from": "next"}, "sha": {"from": sha('d')}}});
    assert!(matches!(event("pull_request", &edited).1, Event::PullRequest(_)));
}

#[test]
fn a_head_that_is_no_commit_is_refused() {
    let mut bad = pull("opened");
    bad["pull_request"]["head"]["sha"] = "../../etc".into();
    assert!(refused("pull_request", &bad).contains("head.sha"));
}
