"""R001 to R010 and R070 to R073: files and YAML."""

from router.authoring.codes.code import Code

FILES = (
    Code(
        "R001",
        "file too large",
        "A rule file holds at most 1,000,000 bytes. The set may be split over any number of files (10,000 at"
        " most, 50 MB together), so a large one is never needed.",
    ),
    Code(
        "R002",
        "not UTF-8 text",
        "Rule files are UTF-8 text, with or without a byte order mark. An editor that saves as Windows-1252 or"
        " UTF-16 makes a file whose accents nobody reads right.",
    ),
    Code(
        "R003",
        "not valid YAML",
        "The text breaks the grammar of YAML, so what follows in this file cannot be read; what stands before"
        " it is still checked. Most often a bracket or a quote is open, or a text holds a colon without quotes.",
        "quiet_hours: {from: 21:00, to: 08:00}",
        'quiet_hours: {from: "21:00", to: "08:00"}',
    ),
    Code(
        "R004",
        "second document",
        "A line `---` begins a second YAML document. A rule file holds one; split it instead.",
        "hold_out: 2%\n---\nsalt: pepper",
        "hold_out: 2%\nsalt: pepper",
    ),
    Code(
        "R005",
        "key given twice",
        "The same key stands twice in one mapping, or in two policy files. Most YAML readers silently take the"
        " last, so that a rule changes when a file is sorted. Here neither is guessed.",
        "hold_out: 2%\nhold_out: 5%",
        "hold_out: 5%",
    ),
    Code(
        "R006",
        "key that is no text",
        "A key is a word. YAML also allows a list or a mapping as a key; no rule needs it.",
        "salt: pepper\n? [hold_out]\n: 2%",
        "salt: pepper\nhold_out: 2%",
    ),
    Code(
        "R007",
        "nested too deep",
        "Conditions may nest, but not deeper than 32 levels: nobody could read them, and such a text is only"
        " written to break a reader.",
        "salt: " + "[" * 40 + "]" * 40,
        "salt: pepper",
    ),
    Code(
        "R008",
        "anchor or alias",
        "`&name` and `*name` make YAML repeat a part elsewhere: a text of 271 bytes can unfold to millions of"
        " parts, and a change here silently changes there. Share conditions by name instead, in `groups:`.",
        "rules:\n  - id: a\n    when: &mine {type: order.placed}\n    send: {survey: nps, channel: email}",
        "groups:\n  mine: {type: order.placed}\nrules:\n  - id: a\n    when: {group: mine}\n"
        "    send: {survey: nps, channel: email}",
    ),
    Code(
        "R009",
        "tag",
        "`!name` tells a YAML reader to build something of its own. Rule files hold plain values only.",
        "hold_out: !share 2%",
        "hold_out: 2%",
    ),
    Code(
        "R010",
        "tab",
        "YAML is indented with spaces; a tab looks the same and is not allowed. Set your editor to insert"
        " spaces in YAML files.",
        "consent:\n\tunknown: refuse",
        "consent:\n  unknown: refuse",
    ),
    Code(
        "R070",
        "cannot be read",
        "The directory or the file does not exist, may not be read, is no regular file, has a name that is not"
        " UTF-8 or holds line breaks and the like, or is a link that leads nowhere, round in a circle, or out of the directory of the rules. Links"
        " within it are followed, and a file is read once, however many lead to it.",
    ),
    Code(
        "R071",
        "no rule files, or too many",
        "A rule set is a directory with `.yaml` or `.yml` files, at any depth: at least one, at most 10,000,"
        " together at most 50 MB. Names that begin with a dot are passed over.",
    ),
    Code(
        "R072",
        "a file of no known kind",
        "What a file holds is told by the keys it opens with: `journey`, `rules` or `groups`, `surveys`,"
        " `tests`, or the keys of the policy such as `limits`.",
        "rule:\n  - id: a",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}",
    ),
    Code(
        "R073",
        "defined twice",
        "Two journeys, rules, surveys or groups of the set have the same name. The set is one, however it is"
        " split over files, and decisions name the rule that made them.",
        "rules:\n"
        "  - {id: a, when: {type: order.placed}, priority: 1, send: {survey: nps, channel: email}}\n"
        "  - {id: a, when: {type: order.returned}, priority: 2, send: {survey: nps, channel: email}}",
        "rules:\n"
        "  - {id: a, when: {type: order.placed}, priority: 1, send: {survey: nps, channel: email}}\n"
        "  - {id: b, when: {type: order.returned}, priority: 2, send: {survey: nps, channel: email}}",
    ),
)
