//! What holds for any bytes.

use crate::model::name::{MAX_NAME_BYTES, from_path, is_kebab_case};
use crate::model::{Location, Parsed};
use crate::parse::{Code, parse};
use proptest::prelude::*;

const PATHS: [&str; 5] = [
    ".cursor/rules/a/style.mdc",
    ".cursor/agents/x.md",
    ".cursor/commands/y.md",
    "apps/web/.cursor/skills/z/SKILL.md",
    ".cursor/rules/.mdc",
];

/// Pieces that mean something to the reader, in any order.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---\n",
        "---",
        "\n",
        "\r\n",
        "\r",
        "\u{feff}",
        " ",
        "\t",
        "name: ",
        "description: ",
        "globs: ",
        "alwaysApply: ",
        "true",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "- ",
        "*",
        "&a ",
        "*a",
        "!t ",
        "|",
        ">-\n  ",
        "#",
        ": ",
        ":",
        "```\n",
        "`",
        "`a-b`",
        "](",
        ")",
        "mdc:",
        ".cursor/",
        "rules/",
        "x.mdc",
        "../",
        "@",
        "/run",
        "subagent_type: ",
        "a",
        "é",
        "测",
        "\u{202e}",
        "agents: ",
        "depends_on:\n",
        "%20",
        "\\0",
        "\0",
        "? ",
        "<<: ",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn check(path: &str, bytes: &[u8]) -> Result<Parsed, TestCaseError> {
    let location = Location::of(path).expect("a definition's path");
    let parsed = parse(&location, bytes, &[]);
    prop_assert!(is_kebab_case(&parsed.name) && parsed.name.len() <= MAX_NAME_BYTES);
    // So what others call a broken file is known from its place, whichever of its texts is served.
    prop_assert!(parsed.error().is_none() || parsed.name == from_path(&location));
    let lines = u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).expect("few") + 1;
    for finding in &parsed.diagnostics {
        prop_assert!(Code::ALL.iter().any(|code| code.as_str() == finding.code && code.severity() == finding.severity));
        prop_assert!((1..=lines).contains(&finding.line) && finding.column >= 1, "{:?}", finding);
        prop_assert!(finding.help.is_some() && !finding.message.contains('\n'));
    }
    prop_assert!(parsed.references.iter().all(|found| !found.target.is_empty() && found.line <= lines));
    let stored = serde_json::to_string(&parsed).expect("plain data");
    prop_assert!(!stored.contains("\\u0000"), "no database stores NUL");
    Ok(parsed)
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400), path in prop::sample::select(PATHS.to_vec())) {
        check(path, &bytes)?;
    }

    #[test]
    fn any_fragments_are_read_and_kept(text in fragments(), path in prop::sample::select(PATHS.to_vec())) {
        let parsed = check(path, text.as_bytes())?;
        prop_assert_eq!(&parsed.content, &text.replace('\0', "\u{fffd}"));
        prop_assert_eq!(parsed, check(path, text.as_bytes())?);
    }

    #[test]
    fn any_file_name_gives_a_name(stem in "[^/\0]{0,200}") {
        check(&format!(".cursor/rules/{stem}.mdc"), b"Body")?;
        check(&format!("{stem}x/.cursor/agents/{stem}.md"), b"Body")?;
    }
}
