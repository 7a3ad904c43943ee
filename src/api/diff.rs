//! `…/versions/{a}/diff/{b}`: what changed, as text and key by key.

use super::answer::{self, Change, Difference, FieldChange};
use super::auth::Bearer;
use super::definitions::id_of;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value};
use similar::TextDiff;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

/// Lines around a change.
const CONTEXT: usize = 3;
/// Two texts that have nothing in common are told as such after this time.
const PATIENCE: Duration = Duration::from_millis(500);

type VersionsPath = web::Path<(String, String, String, String, String)>;

pub(super) fn get_operation() -> Operation {
    Operation::read("compareVersions", "What changed between two versions, as text and key by key.")
        .answers::<Difference<'_>>()
}

/// `GET …/{nameOrId}/versions/{a}/diff/{b}`
pub(super) async fn get(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: VersionsPath,
) -> Result<HttpResponse, ApiError> {
    let id = id_of(&state, &bearer, (&path.0, &path.1, &path.2)).await?;
    let number = |text: &str| text.parse::<i32>().map_err(|_| ApiError::NotFound("version"));
    let (from, to) = (number(&path.3)?, number(&path.4)?);
    let before = state.store.version(&id, from).await?.ok_or(ApiError::NotFound("version"))?;
    let after = state.store.version(&id, to).await?.ok_or(ApiError::NotFound("version"))?;
    let ((_, old, old_keys), (_, new, new_keys)) = (before, after);
    let fields = fields(old_keys.as_object(), new_keys.as_object());
    let unified = web::block(move || unified(&old, &new, from, to)).await.map_err(|_| ApiError::Internal)?;
    Ok(answer::send(answer::one(&Difference { from, to, unified, frontmatter: fields })))
}

/// As `diff -u` writes it; empty if the texts are the same.
fn unified(old: &str, new: &str, from: i32, to: i32) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let (from, to) = (format!("version {from}"), format!("version {to}"));
    diff.unified_diff().context_radius(CONTEXT).header(&from, &to).to_string()
}

/// The keys of the frontmatter that are not the same, in their order by name.
fn fields<'a>(old: Option<&'a Map<String, Value>>, new: Option<&'a Map<String, Value>>) -> Vec<FieldChange<'a>> {
    let keys: BTreeSet<&'a String> = old.into_iter().chain(new).flat_map(Map::keys).collect();
    let change = |key: &'a String| {
        let (before, after) = (old.and_then(|map| map.get(key)), new.and_then(|map| map.get(key)));
        let change = match (before, after) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            (before, after) if before == after => return None,
            _ => Change::Changed,
        };
        Some(FieldChange { key, change, before: before.map(Cow::Borrowed), after: after.map(Cow::Borrowed) })
    };
    keys.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_text_is_told_with_its_surroundings() {
        insta::assert_snapshot!(unified("a\nb\nc\n", "a\nB\nc\nd", 1, 2), @r"
        --- version 1
        +++ version 2
        @@ -1,3 +1,4 @@
         a
        -b
        +B
         c
        +d
        \ No newline at end of file
        ");
        assert_eq!(unified("same", "same", 1, 1), "");
    }

    #[test]
    fn keys_are_added_removed_and_changed() {
        let (old, new) = (json!({"a": 1, "b": [1], "c": "x"}), json!({"b": [1, 2], "c": "x", "d": null}));
        insta::assert_snapshot!(json!(fields(old.as_object(), new.as_object())), @r#"[{"key":"a","change":"removed","before":1,"after":null},{"key":"b","change":"changed","before":[1],"after":[1,2]},{"key":"d","change":"added","before":null,"after":null}]"#);
    }
}
