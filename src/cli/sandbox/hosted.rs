//! Which repositories the sandbox serves, under which names and ids.

use super::sheet::{Sheet, SheetRepository};
use crate::cli::output;
use crate::sandbox::make_sample;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// All of them are this account's.
pub(super) const OWNER: &str = "local";
/// The folder of the sample, in the data folder.
const SAMPLE: &str = "sample";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hosted {
    pub id: i64,
    pub full_name: String,
    pub path: PathBuf,
    /// `None` until HEAD was asked.
    pub branch: Option<String>,
}

impl Hosted {
    pub(super) fn row(&self, workspace_id: String) -> SheetRepository {
        SheetRepository {
            id: self.id,
            full_name: self.full_name.clone(),
            path: self.path.clone(),
            branch: self.branch.clone().unwrap_or_default(),
            workspace_id,
        }
    }

    fn of_row(row: &SheetRepository) -> Self {
        let SheetRepository { id, full_name, path, branch, .. } = row;
        Self { id: *id, full_name: full_name.clone(), path: path.clone(), branch: Some(branch.clone()) }
    }
}

/// Those of earlier starts as they were, and the ones asked for now; the sample if there are none.
pub(super) fn choose(asked: &[PathBuf], kept: Option<&Sheet>, data_dir: &Path) -> Result<Vec<Hosted>> {
    let mut all = Vec::new();
    for row in kept.into_iter().flat_map(|sheet| &sheet.repositories) {
        if row.path.exists() {
            all.push(Hosted::of_row(row));
        } else {
            output::note(&format!("{} is left out: {} is not there any more", row.full_name, row.path.display()))?;
        }
    }
    for path in asked {
        add(&mut all, path)?;
    }
    if all.is_empty() {
        let sample = data_dir.join(SAMPLE);
        make_sample(&sample)?;
        add(&mut all, &sample)?;
    }
    Ok(all)
}

fn add(all: &mut Vec<Hosted>, path: &Path) -> Result<()> {
    let path = path.canonicalize().with_context(|| format!("there is no repository at {}", path.display()))?;
    if all.iter().any(|known| known.path == path) {
        return Ok(());
    }
    let full_name = free_name(all, &path);
    all.push(Hosted { id: id_of(&path), full_name, path, branch: None });
    Ok(())
}

/// `local/<folder>`, with a number behind it if another folder has that name.
fn free_name(all: &[Hosted], path: &Path) -> String {
    let folder = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = folder.strip_suffix(".git").filter(|name| !name.is_empty()).unwrap_or(&folder);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = if folder.is_empty() { "root".to_owned() } else { folder.chars().map(plain).collect() };
    let taken = |name: &str| all.iter().any(|known| known.full_name.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{OWNER}/{name}-{number}"));
    std::iter::once(format!("{OWNER}/{name}")).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// Always the same for one path, so that the registry knows the repository again even if `sandbox.json` is lost.
fn id_of(path: &Path) -> i64 {
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    // 48 bits: JSON's numbers hold them in every language.
    hash.iter().take(6).fold(0, |id, byte| id << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(hosted: &[Hosted]) -> Vec<&str> {
        hosted.iter().map(|repository| &*repository.full_name).collect()
    }

    fn sheet_of(hosted: &[Hosted]) -> Sheet {
        Sheet {
            url: String::new(),
            github_url: String::new(),
            admin_token: String::new(),
            webhook_secret: String::new(),
            repositories: hosted.iter().map(|repository| repository.row("w".to_owned())).collect(),
        }
    }

    #[test]
    fn folders_give_their_names() {
        let parent = tempfile::tempdir().unwrap();
        let folders = ["a/shop", "b/shop", "c/Shop", "my shop", "bare.git"].map(|name| parent.path().join(name));
        for folder in &folders {
            fs::create_dir_all(folder).unwrap();
        }
        let all = choose(&folders, None, parent.path()).unwrap();
        assert_eq!(names(&all), ["local/shop", "local/shop-2", "local/Shop-3", "local/my-shop", "local/bare"]);
    }

    #[test]
    fn names_ids_and_branches_stay() {
        let parent = tempfile::tempdir().unwrap();
        let folders = ["a/shop", "b/shop"].map(|name| parent.path().join(name));
        for folder in &folders {
            fs::create_dir_all(folder).unwrap();
        }
        let mut first = choose(&folders[1..], None, parent.path()).unwrap();
        first[0].branch = Some("trunk".to_owned());
        let second = choose(&folders, Some(&sheet_of(&first)), parent.path()).unwrap();
        assert_eq!(second[0], first[0]);
        assert_eq!(names(&second), ["local/shop", "local/shop-2"]);
        let third = choose(&[], Some(&sheet_of(&second)), parent.path()).unwrap();
        assert_eq!(names(&third), names(&second));
    }

    #[test]
    fn one_that_is_gone_is_left_out() {
        let parent = tempfile::tempdir().unwrap();
        let (gone, here) = (parent.path().join("gone"), parent.path().join("here"));
        fs::create_dir_all(&gone).unwrap();
        fs::create_dir_all(&here).unwrap();
        let both = choose(&[gone.clone(), here], None, parent.path()).unwrap();
        fs::remove_dir(&gone).unwrap();
        let left = choose(&[], Some(&sheet_of(&both)), parent.path()).unwrap();
        assert_eq!(names(&left), ["local/here"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = choose(&["/no/such/folder".into()], None, Path::new("/")).unwrap_err();
        assert_eq!(error.to_string(), "there is no repository at /no/such/folder");
    }
}
