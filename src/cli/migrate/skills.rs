//! `dotcursor migrate skills`: rows of a plain `skills` table become definitions, and definitions rows again.
//!
//! A row becomes the text of a `SKILL.md`, whose metadata says which row it was; so the way back needs nothing else, and what
//! was edited meanwhile goes back with it. The table itself is only written on the way back.

use crate::cli::output;
use crate::config::Config;
use crate::model::{BlobSha, Location, RunId, WorkStatus, WorkspaceId, name};
use crate::parse;
use crate::plan::digest;
use crate::store::import::ImportedFile;
use crate::store::jobs::Progress;
use crate::store::migrate::{Direction, migrate};
use crate::store::plain_skills::PlainSkill;
use crate::store::{Store, StoreError};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::HashMap;

/// In the metadata of a skill: the `name` of the row that it was.
const ROW: &str = "skills-table-name";

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The workspace that takes them; GET /api/workspaces lists them
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// Write the definitions back into the table, and take them out of the workspace
    #[arg(long)]
    back: bool,
}

pub(super) async fn run(args: Args) -> Result<()> {
    let config = Config::from_env()?;
    migrate(&config.database, Direction::Up).await?;
    let store = Store::connect(&config.database).await?;
    let workspace = WorkspaceId::from_text(args.workspace);
    if store.revision(&workspace).await?.is_none() {
        bail!("there is no workspace {workspace}; GET /api/workspaces lists them");
    }
    if args.back { back(&store, &workspace).await } else { forth(&store, &workspace).await }
}

async fn forth(store: &Store, workspace: &WorkspaceId) -> Result<()> {
    let rows = store.plain_skills().await.map_err(no_table)?;
    let files = files(&rows)?;
    let run = store.begin_import(workspace, files.len()).await?.context("the workspace was deleted meanwhile")?;
    let outcome = store.import(workspace, &files).await?;
    let run = RunId::from_text(run.id);
    let broken: Vec<&str> =
        files.iter().filter(|file| file.parsed.error().is_some()).map(|file| file.location.path.as_str()).collect();
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let (done, failed) = (number(files.len()), number(broken.len()));
    store.note_progress(&run, &Progress { total: done, done, failed, ..Progress::default() }).await?;
    store.finish_import(workspace, &run, WorkStatus::Completed).await?;
    if !broken.is_empty() {
        output::note(&format!("Taken in, and broken: {}", broken.join(", ")))?;
    }
    let (added, changed, unchanged) = (outcome.added, outcome.changed, outcome.unchanged);
    Ok(output::say(&format!("Rows of skills: {added} new, {changed} changed, {unchanged} unchanged."))?)
}

fn no_table(error: StoreError) -> anyhow::Error {
    anyhow::Error::new(error)
        .context("a table `skills` with the columns `name`, `description` and `prompt_template` is expected")
}

/// Names that become the same would overwrite each other: nothing is taken then.
fn files(rows: &[PlainSkill]) -> Result<Vec<ImportedFile>> {
    let mut taken: HashMap<String, &str> = HashMap::new();
    let mut files = Vec::with_capacity(rows.len());
    for row in rows {
        let kebab = match name::kebab_case(&row.name) {
            kebab if kebab.is_empty() => bail!("the row {:?} has no letter in its name; give it one", row.name),
            kebab => kebab,
        };
        if let Some(other) = taken.insert(kebab.clone(), &row.name) {
            bail!("the rows {other:?} and {:?} would both become the skill {kebab}; rename one of them", row.name);
        }
        files.push(file(row, &kebab)?);
    }
    Ok(files)
}

fn file(row: &PlainSkill, kebab: &str) -> Result<ImportedFile> {
    let path = format!(".cursor/skills/{kebab}/SKILL.md");
    let location = Location::of(&path).with_context(|| format!("{path} is no path of a skill"))?;
    let text = text(row, kebab);
    let blob = BlobSha::of_bytes(text.as_bytes());
    Ok(ImportedFile {
        parsed: parse::parse(&location, text.as_bytes(), &[]),
        seen: digest(&location, blob.as_str(), &[]),
        location,
        blob,
        size: u64::try_from(text.len())?,
    })
}

fn text(row: &PlainSkill, kebab: &str) -> String {
    // A text in JSON is the same text in YAML.
    let quoted = |text: &str| Value::from(text).to_string();
    let description = row.description.as_deref().map(|text| format!("description: {}\n", quoted(text)));
    format!(
        "---\nname: {kebab}\n{}metadata:\n  {ROW}: {}\n---\n\n{}",
        description.unwrap_or_default(),
        quoted(&row.name),
        row.prompt_template
    )
}

async fn back(store: &Store, workspace: &WorkspaceId) -> Result<()> {
    let given = store.give_back_skills(workspace, row).await.map_err(no_table)??;
    Ok(output::say(&format!("{given} skills are rows again."))?)
}

/// `None` for a skill that was never a row.
fn row(path: &str, text: &str) -> Option<PlainSkill> {
    let location = Location::of(path)?;
    let parsed = parse::parse(&location, text.as_bytes(), &[]);
    let name = parsed.frontmatter.get("metadata")?.get(ROW)?.as_str()?.to_owned();
    let (_, body) = text.get(3..)?.split_once("\n---\n")?;
    Some(PlainSkill {
        name,
        description: parsed.frontmatter.get("description").and_then(Value::as_str).map(str::to_owned),
        prompt_template: body.strip_prefix('\n').unwrap_or(body).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skill(name: &str, description: Option<&str>, prompt: &str) -> PlainSkill {
        let (name, description) = (name.to_owned(), description.map(str::to_owned));
        PlainSkill { name, description, prompt_template: prompt.to_owned() }
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        for prompt in ["Do it.", "", "\nleading", "---\nname: other\n---\n", "a\r\nb\n", "{{ input }}\n---\n\nmore"] {
            for description in [None, Some("When: asked, \"quoted\" #not a comment"), Some("two\nlines\u{2028}\t")] {
                let before = skill("My Skill: ünïque", description, prompt);
                let file = files(std::slice::from_ref(&before)).unwrap().remove(0);
                assert_eq!(file.location.path, ".cursor/skills/my-skill-unique/SKILL.md");
                assert_eq!(file.parsed.error(), None, "{}", file.parsed.content);
                assert_eq!(row(&file.location.path, &file.parsed.content), Some(before));
            }
        }
    }

    #[test]
    fn rows_that_would_become_one_skill_are_refused() {
        let error = files(&[skill("My Skill", None, ""), skill("my-skill", None, "")]).unwrap_err();
        insta::assert_snapshot!(error, @r#"the rows "My Skill" and "my-skill" would both become the skill my-skill; rename one of them"#);
    }

    #[test]
    fn a_skill_that_was_no_row_stays() {
        assert_eq!(row(".cursor/skills/a/SKILL.md", "---\nname: a\n---\nText"), None);
    }
}
