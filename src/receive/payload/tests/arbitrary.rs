//! Whatever the bytes are: read or refused, never a panic.

use super::*;
use proptest::prelude::*;

const EVENTS: [&str; 5] = ["push", "installation", "installation_repositories", "repository", "ping"];

/// JSON that has the right keys often enough to get past the first one.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-f0-9]{40}".prop_map(Value::from),
        ".{0,3}/?\\.cursor/.{0,8}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "ref",
            "before",
            "after",
            "forced",
            "commits",
            "added",
            "removed",
            "modified",
            "repository",
            "installation",
            "id",
            "full_name",
            "account",
            "login",
            "owner",
            "action",
            "repositories",
            "repositories_added",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    leaf.prop_recursive(5, 100, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..12)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body: Vec<u8>) {
        for event in EVENTS {
            let _ = read(event, &body);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(json in any_json()) {
        for event in EVENTS {
            let _ = read(event, json.to_string().as_bytes());
        }
    }

    #[test]
    fn a_push_with_anything_in_one_field_is_read_or_refused(
        field in prop::sample::select(vec!["ref", "before", "after", "forced", "commits", "repository", "installation"]),
        value in any_json(),
    ) {
        let _ = read("push", with(push_payload(&[commit(&["a"], &[], &[])]), field, value).to_string().as_bytes());
    }
}
