//! References: what names another definition, and what only looks like it.

use super::references;
use crate::model::Location;
use crate::parse;
use insta::assert_snapshot;

const RULE: &str = ".cursor/rules/frontend/style.mdc";
const COMMAND: &str = ".cursor/commands/ship.md";

#[test]
fn explicit_ones() {
    let text = "---\ndepends_on:\n  - agent:tester\n  - ../agents/x.md\n  - ../../docs/y.md\n  - plain\n  - ship\nagents: [reviewer, reviewer]\n\
        skills: land-it, /fly\ninvokes: {rules: [style.mdc], other: [no]}\n---\n";
    assert_snapshot!(references(COMMAND, text), @r"
    explicit agent tester :3
    explicit agent .cursor/agents/x.md :4
    explicit ? ../../docs/y.md :5
    explicit ? plain :6
    explicit rule style :10
    explicit agent reviewer :8
    explicit skill land-it :9
    explicit skill fly :9
    ");
}

#[test]
fn links() {
    let text = "[a](./a.mdc) [b](mdc:.cursor/rules/b.mdc#top) [c](/.cursor/agents/c.md \"Title\")\n\
        [d](<../d e.mdc>) [e](../e%20f.mdc)\n[`f`](f.mdc)\n[g]: ../../skills/g/SKILL.md\n\
        [h](../../skills/h/scripts/run.py)";
    assert_snapshot!(references(RULE, text), @r"
    link rule .cursor/rules/frontend/a.mdc :1
    link rule .cursor/rules/b.mdc :1
    link agent .cursor/agents/c.md :1
    link rule .cursor/rules/d e.mdc :2
    link rule .cursor/rules/e f.mdc :2
    link rule .cursor/rules/frontend/f.mdc :3
    link skill .cursor/skills/g/SKILL.md :4
    link skill .cursor/skills/h/scripts/run.py :5
    ");
}

#[test]
fn links_that_lead_elsewhere() {
    let text = "[a](mdc:https:/docs.site/x.mdc) [b](https://x/.cursor/rules/b.mdc) [c](mdc:/parser_test.go)\n\
        [d](../../../../d.mdc) [e](../../docs/e.md) `[f](./f.mdc)` [g](#g) [h](mailto:x@y.z) [self](./style.mdc)";
    assert_snapshot!(references(RULE, text), @"");
}

#[test]
fn paths_in_the_text() {
    let text = "See .cursor/rules/a.mdc. And `.cursor/agents/b.md`, @.cursor/rules/c.mdc,\n\
        apps/web/.cursor/rules/d.mdc, @e.mdc, @docs/.cursor/rules/f.mdc (./.cursor/commands/g.md)\n\
        .cursor/skills/h/ and .cursor/skills/i/references/x.md";
    assert_snapshot!(references(RULE, text), @r"
    link rule .cursor/rules/a.mdc :1
    link agent .cursor/agents/b.md :1
    link rule .cursor/rules/c.mdc :1
    link rule apps/web/.cursor/rules/d.mdc :2
    link rule docs/.cursor/rules/f.mdc :2
    link command .cursor/commands/g.md :2
    link rule .cursor/rules/frontend/e.mdc :2
    link skill .cursor/skills/h :3
    link skill .cursor/skills/i/references/x.md :3
    ");
}

#[test]
fn paths_that_are_patterns_or_elsewhere() {
    let text = "~/.cursor/rules/a.mdc /home/x/.cursor/rules/b.mdc .cursor/rules/*.mdc .cursor/skills/<name>/SKILL.md\n\
        ${HOME}/.cursor/rules/c.mdc **/.cursor/rules/d.mdc .cursor/rules/ .cursor/mcp.json x.cursor/rules/e.mdc\n\
        .cursor/skills/{name}/SKILL.md .cursor/rules/readme.txt";
    assert_snapshot!(references(RULE, text), @"");
}

#[test]
fn calls() {
    let text = "Run /review, then `/land-it now`. Task(subagent_type=\"tester\") or `subagent_type`: `writer`\n\
        **/bold** (/paren) \"/quoted\" /end.\n\
        **subagent_type**: **planner**, subagent_type='critic', subagent_type: Upper, subagent_type: cut-";
    assert_snapshot!(references(COMMAND, text), @r"
    call agent tester :1
    call agent writer :1
    call ? review :1
    call ? land-it :1
    mention ? writer :1
    call ? bold :2
    call ? paren :2
    call ? quoted :2
    call ? end :2
    call agent planner :3
    call agent critic :3
    ");
}

#[test]
fn what_is_no_call() {
    let text = "a/b /usr/bin /file.md </div> and/or 1/2 /Upper /under_score https://x.y/z /x src/**/test ~/bin /a-* /v{n}\n\
        subagent_type: [name] and subagent_type alone, /ship itself";
    assert_snapshot!(references(COMMAND, text), @"");
}

#[test]
fn mentions() {
    let text = "The `reviewer` agent, skill `land-it`, `plain`, rule **`style`**, `plain` command, @code-style.\n\
        `two words` `CamelCase` `snake_case` `ship` `x`";
    assert_snapshot!(references(COMMAND, text), @r"
    mention agent reviewer :1
    mention skill land-it :1
    mention command plain :1
    mention rule style :1
    mention ? code-style :1
    ");
}

#[test]
fn kinds_in_every_spelling() {
    let text = "用，agent `reviewer`。 The Sub-agent: **`tester`** and (`writer`) Subagent, `a1`  agent, `b1` agents, my-agent `c1`";
    assert_snapshot!(references(COMMAND, text), @r"
    mention agent reviewer :1
    mention agent tester :1
    mention agent writer :1
    mention ? a1 :1
    mention ? b1 :1
    mention ? c1 :1
    ");
}

#[test]
fn the_edges_of_calls() {
    let text = "Say “/quoted” /what? /why?! /stop. /go.. /x.y (**/bold**) →/arrow /a- /-a /a--b \t/tab";
    assert_snapshot!(references(RULE, text), @r"
    call ? quoted :1
    call ? stop :1
    call ? bold :1
    call ? arrow :1
    call ? a--b :1
    call ? tab :1
    ");
}

#[test]
fn the_edges_of_links() {
    let text = "[a](<./a b.mdc>) [b](./%zz.mdc) [c](%2e/c.mdc?x#y) [d](  d.mdc) [e](/../e.mdc) [f](mdc:./f.mdc) [g](./g.mdc\n\
        [h][i]: x [j]: j.mdc\n  [k]: <k.mdc>\n[l](mdc:../../agents/l.md) [m](~/.cursor/rules/m.mdc) [n](./.cursor/rules/n.mdc)";
    assert_snapshot!(references(RULE, text), @r"
    link rule .cursor/rules/frontend/a b.mdc :1
    link rule .cursor/rules/frontend/%zz.mdc :1
    link rule .cursor/rules/frontend/c.mdc :1
    link rule .cursor/rules/frontend/d.mdc :1
    link rule .cursor/rules/frontend/f.mdc :1
    link rule .cursor/rules/frontend/g.mdc :1
    link rule .cursor/rules/frontend/k.mdc :3
    link agent .cursor/agents/l.md :4
    link rule .cursor/rules/n.mdc :4
    ");
}

#[test]
fn explicit_ones_in_every_form() {
    let text = "---\ndependsOn: \"[@a, /b, 'c']\"\ndepends-on: rule:style.mdc\ncommands: [agents/d, docs/e.md]\nagents: 3\nskills: f.md\n---\n";
    assert_snapshot!(references(RULE, text), @r"
    explicit ? a :2
    explicit ? b :2
    explicit ? c :2
    explicit rule style :3
    explicit skill f :6
    explicit agent d :4
    explicit command docs/e.md :4
    ");
}

#[test]
fn files_of_its_own_skill_are_no_references() {
    let skill = ".cursor/skills/land/SKILL.md";
    let text =
        "[a](scripts/a.py) [b](../fly/scripts/b.py) [c](../fly) .cursor/skills/land/ .cursor/skills/landing/x.md";
    assert_snapshot!(references(skill, text), @r"
    link skill .cursor/skills/fly/scripts/b.py :1
    link skill .cursor/skills/fly :1
    link skill .cursor/skills/landing/x.md :1
    ");
}

#[test]
fn targets_without_end_are_left_out() {
    let long = format!("[a](./{}.mdc) `{}` `{}`", "a".repeat(600), "b".repeat(128), "c".repeat(129));
    assert_eq!(references(RULE, &long), format!("mention ? {} :1\n", "b".repeat(128)));
}

#[test]
fn scopes_and_decorators() {
    let text =
        "@core @param @Component({}) @angular/core @angular-eslint/x `@tailwind` me@my-host.com @my-scope/pkg.js";
    assert_snapshot!(references(RULE, text), @"");
}

#[test]
fn code_blocks_show_examples() {
    let text = "```\n/review .cursor/rules/a.mdc `b`\n```\n~~~\nsubagent_type: c\n~~~\n/after";
    assert_snapshot!(references(COMMAND, text), @"call ? after :7");
}

#[test]
fn the_first_line_counts_and_a_later_kind_is_filled_in() {
    assert_snapshot!(references(RULE, "`reviewer`\n\nthe `reviewer` agent\n/go\n/go"), @r"
    mention agent reviewer :1
    call ? go :4
    ");
    assert_snapshot!(references(RULE, "the `tester` agent\n\n`tester`"), @"mention agent tester :1");
}

#[test]
fn one_word_by_itself_in_other_kinds() {
    // A rule may name the command that is called as itself.
    assert_snapshot!(references(".cursor/rules/ship.mdc", "Call /ship or the `ship` command, not `ship`."), @r"
    call ? ship :1
    mention command ship :1
    ");
}

#[test]
fn every_key_that_names_others() {
    let keys = ["depends_on", "dependsOn", "depends-on", "invokes", "agents", "skills", "commands", "rules"];
    let found: Vec<String> = keys.iter().map(|key| references(RULE, &format!("---\n{key}: x\n---\n"))).collect();
    assert_snapshot!(found.concat(), @r"
    explicit ? x :2
    explicit ? x :2
    explicit ? x :2
    explicit ? x :2
    explicit agent x :2
    explicit skill x :2
    explicit command x :2
    explicit rule x :2
    ");
}

#[test]
fn what_may_stand_beside_a_call() {
    let text = "[/a1] |/b1| \u{2018}/c1\u{2019} \u{ff08}/d1\u{ff09} \u{3001}/e1 \u{ff1a}/f1 {/g1} ,/h1 '/i1'";
    let found = references(RULE, text);
    assert_eq!(
        found.lines().map(|line| &line[7..9]).collect::<Vec<_>>(),
        ["a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1"]
    );
    assert_snapshot!(references(RULE, "/aa< /bb{ /cc= /dd\\ /ee~ /ff$ /gg& /hh/"), @"");
}

#[test]
fn what_may_stand_beside_a_mention() {
    assert_snapshot!(references(RULE, "x/@a-b @@a-b .@a-b -@a-b _@a-b x@a-b"), @"");
    assert_snapshot!(references(RULE, "`a1` agent-x, my-agent `b1`, (@c-d) `e1` agent and `e1` skill"), @r"
    mention ? a1 :1
    mention ? b1 :1
    mention agent e1 :1
    mention skill e1 :1
    mention ? c-d :1
    ");
    assert_snapshot!(references(COMMAND, "the `ship` command, the `ship` agent"), @"mention agent ship :1");
}

#[test]
fn what_a_path_may_hold() {
    let text = "[a](./$a.mdc) [b](./a<b.mdc) [c](./a%00b.mdc) .cursor/rules/c++.mdc @other.md @sub/x.mdc\n\
        $/.cursor/rules/a.mdc \\/.cursor/rules/b.mdc <x>/.cursor/rules/c.mdc .cursor/skills/x/$file [d](../../../)";
    assert_snapshot!(references(".cursor/agents/a.md", text), @r"
    link rule .cursor/rules/c++.mdc :1
    link agent .cursor/agents/other.md :1
    ");
    assert_snapshot!(references(RULE, "[c](./a%00b.mdc)"), @"link rule .cursor/rules/frontend/a%00b.mdc :1");
}

#[test]
fn explicit_ones_that_name_nothing_or_too_much() {
    let longest = "a".repeat(512);
    let text =
        format!("---\ndepends_on: [\"@\", \"agent:\", a{longest}, {longest}, \"agent : x\", \"./a]b.mdc\"]\n---\n");
    let found = references(RULE, &text).replace(&longest, "longest");
    assert_snapshot!(found, @r"
    explicit ? longest :2
    explicit agent x :2
    explicit ? ./a]b.mdc :2
    ");
}

#[test]
fn a_skill_within_a_skill_is_another_one() {
    assert_snapshot!(references(".cursor/skills/a/SKILL.md", "[b](b/SKILL.md)"), @"link skill .cursor/skills/a/b/SKILL.md :1");
}

#[test]
fn a_prefix_stands_before_names_and_not_before_paths() {
    let location = Location { prefix: "web".into(), ..Location::of(COMMAND).expect("a command") };
    let text = "---\nskills: [land]\n---\nSee [it](../rules/style.mdc), then /land and /ship.";
    let parsed = parse::parse(&location, text.as_bytes(), &[]);
    let targets: Vec<&str> = parsed.references.iter().map(|found| found.target.as_str()).collect();
    assert_eq!((parsed.name.as_str(), targets), ("web-ship", vec!["web-land", ".cursor/rules/style.mdc", "web-land"]));
}

#[test]
fn what_ends_a_link_and_what_leads_out() {
    let text = "[a](./a.mdc \"A\") [b](./b.mdc\t'B') [c](mdc:c.mdc) [d](//host.site/.cursor/rules/d.mdc)\n\
        [e][f]: ./f.mdc\n[g](../../../.cursor/rules/g.mdc)";
    assert_snapshot!(references(RULE, text), @r"
    link rule .cursor/rules/frontend/a.mdc :1
    link rule .cursor/rules/frontend/b.mdc :1
    link rule .cursor/rules/g.mdc :3
    ");
    for c in ":*<>{}[]$\\".bytes() {
        assert_eq!(references(RULE, &format!("[x](./a%{c:02x}b.mdc)")), "");
    }
}

#[test]
fn the_edges_of_paths() {
    let text = "/.cursor/rules/a.mdc /home/x/.cursor/rules/b.mdc .cursor/rules/c_d-e.mdc apps/my_app-x/.cursor/rules/f.mdc\n\
        [x]/.cursor/rules/g.mdc .cursor/rules/h.mdc{x} .cursor/rules/i.mdc<x .cursor/rules/j.mdc[0] .cursor/rules/k.mdc*";
    assert_snapshot!(references(".cursor/agents/a.md", text), @r"
    link rule .cursor/rules/a.mdc :1
    link rule .cursor/rules/c_d-e.mdc :1
    link rule apps/my_app-x/.cursor/rules/f.mdc :1
    ");
    let text = "@a.mdc. me@b.mdc @@c.mdc x/@d.mdc @sub/e.mdc @f.mdc* @g.mdc{x} (@h.mdc)";
    assert_snapshot!(references(RULE, text), @r"
    link rule .cursor/rules/frontend/a.mdc :1
    link rule .cursor/rules/frontend/h.mdc :1
    ");
}

#[test]
fn the_edges_of_mentions() {
    assert_snapshot!(references(RULE, "@a-b(x) @c-d@e @f-g:h @i-j.md @k-l- @-m-n `-o` `p-` @q-r. @s-t"), @r"
    mention ? q-r :1
    mention ? s-t :1
    ");
    let text = "**`a1`** agent. _`b1`_ agent. \"`c1`\" agent. (`d1`) agent.\nAgent _`e1`_. Agent \"`f1`\". Agent (`g1`). Agent *`h1`*.";
    let found = references(RULE, text);
    assert_eq!(found.matches("mention agent ").count(), 8, "{found}");
}

#[test]
fn a_name_is_a_word_of_its_own() {
    let longest = "b".repeat(128);
    assert_eq!(references(RULE, &format!("/{longest} /{longest}c")), format!("call ? {longest} :1\n"));
    assert_snapshot!(references(RULE, "/reviewEr /review_er /revie\u{fc}"), @"");
}
