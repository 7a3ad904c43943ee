//! Calls to GitHub, counted by the stand-in.

use super::Row;
use super::support::{Repo, Setup, TestApp};

pub async fn counted(setup: Setup) -> Vec<Row> {
    let mut rows = vec![];
    for files in [50, 500] {
        let repo = Repo::init();
        write(&repo, files, "First.");
        repo.commit_all();
        let app = TestApp::start(setup).await;
        let (id, workspace) = app.install(&repo, "octo/calls").await;
        rows.push((format!("GitHub reads: first import of {files} files"), app.github.calls().reads().to_string()));
        if files == 50 {
            for (what, changed) in
                [("untouched push", 0), ("push that changes 1 file", 1), ("push that changes 50 files", 50)]
            {
                app.github.reset_calls();
                repo.write("src/main.rs", what);
                write(&repo, changed, what);
                let head = repo.commit_all();
                app.announce(id).await;
                app.settled(&workspace, &head).await;
                rows.push((format!("GitHub reads: {what}"), app.github.calls().reads().to_string()));
            }
        }
    }
    rows
}

fn write(repo: &Repo, files: usize, text: &str) {
    for number in 0..files {
        repo.write(
            &format!(".cursor/rules/rule-{number}.mdc"),
            format!("---\ndescription: Rule {number}\n---\n{text}"),
        );
    }
}
