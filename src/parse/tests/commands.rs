//! Commands: phrases that call for them, and whom they call.

use super::{outcome, read};
use insta::assert_snapshot;

const COMMAND: &str = ".cursor/commands/ship.md";

#[test]
fn plain_markdown() {
    assert_snapshot!(outcome(COMMAND, "# Ship it\n\nPush to main."), @"ship # Ship it");
}

#[test]
fn trigger_phrases() {
    let text = "---\ntriggers: [ship it, \"let it go\"]\n---\n# Ship\n## Trigger phrases\n- \"ship it\"\n* `release`\n## Steps\n- test";
    assert_snapshot!(outcome(COMMAND, text), @r#"
    ship # Ship
      triggers: ["ship it","let it go"]
      .triggerPhrases = ["ship it","let it go","release"]
    "#);
}

#[test]
fn trigger_phrases_in_every_key_and_bounded() {
    for key in ["triggers", "trigger_phrases", "triggerPhrases", "trigger-phrases"] {
        let parsed =
            read(COMMAND, &format!("---\n{key}: go, go, \"on\"\n---\n### TRIGGERS:\n- “up”\nText\n- go\n# End\n- no"));
        assert_eq!(parsed.attributes["triggerPhrases"], serde_json::json!(["go", "on", "up"]), "{key}");
    }
    let many: String = (0..60).map(|number| format!("- {number}{}\n", "é".repeat(300))).collect();
    let parsed = read(COMMAND, &format!("# Triggers\n{many}"));
    let phrases = parsed.attributes["triggerPhrases"].as_array().expect("a list");
    assert_eq!(phrases.len(), 50);
    assert!(phrases.iter().all(|phrase| phrase.as_str().is_some_and(|phrase| phrase.chars().count() == 200)));
}

#[test]
fn whom_it_calls() {
    let text = "---\nagents: [tester]\n---\nThe `reviewer` agent looks, then `subagent_type: writer` writes.\n\
        Use the `land-it` skill and .cursor/skills/shipping/fly/SKILL.md, see `other`.";
    assert_snapshot!(outcome(COMMAND, text), @r#"
    ship
      agents: ["tester"]
      .agentsInvoked = ["tester","writer","reviewer"]
      .skillsInvoked = ["fly","land-it"]
    "#);
}

#[test]
fn a_written_name_does_not_count() {
    assert_snapshot!(outcome(COMMAND, "---\nname: Other Name\n---\nBody"), @r#"
    ship
      name: "Other Name"
    "#);
}

#[test]
fn what_a_list_of_phrases_is_made_of() {
    let phrases = |body: &str| read(COMMAND, body).attributes["triggerPhrases"].clone();
    assert_eq!(
        phrases("# Triggers\n  - 'a b'\n*  \u{201c}c\u{201d} \n-\n- ``\n+ d\n-e\n"),
        serde_json::json!(["a b", "c"])
    );
    assert_eq!(phrases("# Trigger phrases:\n- a\n## Trigger\n- b\n- [c](d)"), serde_json::json!(["a"]));
    assert_eq!(phrases("- a\n```\n# Triggers\n- b\n```\n- c"), serde_json::json!([]));
}

#[test]
fn who_is_called_in_two_ways_is_told_once() {
    let parsed = read(COMMAND, "`subagent_type: reviewer` and the `reviewer` agent");
    assert_eq!(parsed.attributes["agentsInvoked"], serde_json::json!(["reviewer"]));
}
