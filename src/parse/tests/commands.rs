//! Commands: phrases that call for them, and whom they call.

use super::outcome;
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
