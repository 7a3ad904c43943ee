//! Whether a glance shows that nothing has changed since the last whole comparison. If in doubt it has: a comparison finds out.

use crate::github::Glimpse;
use crate::model::BlobSha;
use crate::parse::READER_VERSION;
use crate::store::rows::repository::Repository;

pub fn is_news(row: &Repository, seen: &Glimpse) -> bool {
    let same_facts = seen.full_name == row.full_name
        && seen.private == row.private
        && seen.archived == row.archived
        && seen.default_branch == row.default_branch;
    // While the chosen branch is missing, the default branch is followed.
    let followed = seen.head.as_ref().or(seen.default_head.as_ref().filter(|_| row.tracked_branch.is_some()));
    let same_settings =
        row.tracked_branch.is_none() || seen.settings.as_ref().map(BlobSha::as_str) == row.settings_blob.as_deref();
    let same_head = match followed {
        Some(head) => row.is_compared_at(head.commit.as_str(), &head.branch),
        // There was no head either when it was compared last.
        None => row.compared > 0 && row.reader == READER_VERSION && row.head.is_none() && row.branch.is_none(),
    };
    !(same_facts && same_settings && same_head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::GlimpsedHead;
    use crate::model::{BlobSha, CommitSha};

    fn commit(digit: &str) -> CommitSha {
        CommitSha::new(&digit.repeat(40)).unwrap()
    }

    fn row() -> Repository {
        let head = Some(commit("a").to_string());
        Repository {
            id: 1,
            installation_id: 1,
            workspace_id: "w".into(),
            full_name: "octo/web".into(),
            private: false,
            tracked_branch: None,
            default_branch: Some("main".into()),
            archived: false,
            state: "active".into(),
            branch: Some("main".into()),
            head: head.clone(),
            whole_head: head,
            compared: 3,
            compared_whole: 3,
            run_number: 1,
            reader: READER_VERSION,
            settings: None,
            own_settings: None,
            settings_blob: None,
        }
    }

    fn seen() -> Glimpse {
        Glimpse {
            full_name: "octo/web".into(),
            private: false,
            archived: false,
            default_branch: Some("main".into()),
            head: Some(GlimpsedHead { branch: "main".into(), commit: commit("a") }),
            default_head: Some(GlimpsedHead { branch: "main".into(), commit: commit("a") }),
            settings: None,
        }
    }

    #[test]
    fn the_head_of_the_last_whole_comparison_is_no_news() {
        assert!(!is_news(&row(), &seen()));
        let narrow = Repository { whole_head: Some(commit("b").to_string()), ..row() };
        assert!(is_news(&narrow, &seen()), "a narrow comparison may have missed a folder");
        assert!(is_news(&Repository { head: None, whole_head: None, ..row() }, &seen()), "a file was given up");
        assert!(is_news(&Repository { reader: READER_VERSION - 1, ..row() }, &seen()));
    }

    #[test]
    fn whatever_else_a_comparison_takes_over_is_news() {
        assert!(is_news(&row(), &Glimpse { full_name: "octo/site".into(), ..seen() }));
        assert!(is_news(&row(), &Glimpse { private: true, ..seen() }));
        assert!(is_news(&row(), &Glimpse { archived: true, ..seen() }));
        assert!(is_news(&row(), &Glimpse { default_branch: Some("trunk".into()), ..seen() }));
        assert!(is_news(&row(), &Glimpse { head: None, ..seen() }));
    }

    #[test]
    fn where_a_branch_is_chosen_the_settings_on_the_default_branch_count() {
        let blob = BlobSha::of_bytes(b"branch: release");
        let row = Repository {
            tracked_branch: Some("release".into()),
            branch: Some("release".into()),
            settings_blob: Some(blob.to_string()),
            ..row()
        };
        let head = Some(GlimpsedHead { branch: "release".into(), commit: commit("a") });
        let seen = Glimpse { head, settings: Some(blob), ..seen() };
        assert!(!is_news(&row, &seen));
        assert!(is_news(&row, &Glimpse { settings: None, ..seen.clone() }));
        let missing = Glimpse { head: None, ..seen };
        assert!(is_news(&row, &missing));
        assert!(!is_news(&Repository { branch: Some("main".into()), ..row }, &missing));
    }

    #[test]
    fn a_repository_that_stays_empty_is_no_news() {
        let empty = Repository { head: None, whole_head: None, branch: None, ..row() };
        assert!(!is_news(&empty, &Glimpse { head: None, ..seen() }));
        assert!(is_news(&Repository { compared: 0, ..empty.clone() }, &Glimpse { head: None, ..seen() }));
        assert!(is_news(&empty, &seen()));
    }
}
