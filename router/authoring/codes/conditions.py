"""R020 to R029: conditions."""

from router.authoring.codes.code import Code


def _when(block: str) -> str:
    return f"rules:\n  - id: a\n    when: {block}\n    send: {{survey: nps, channel: email}}"


CONDITIONS = (
    Code(
        "R020",
        "conditions that are no mapping",
        "A block of conditions is written as `field: value` lines, all of which must hold. Only `all` and `any`"
        " take a list, of such blocks.",
        _when("[order.placed]"),
        _when("{type: order.placed}"),
    ),
    Code(
        "R021",
        "unknown field",
        "Conditions ask about `type`, `source`, `channel`, `locale`, `journey`, `step`, or about `event.…`,"
        " `journey.…` and `customer.…`. The attributes of an interaction need their `event.`.",
        _when("{chanel: web}"),
        _when("{channel: web}"),
    ),
    Code(
        "R022",
        "`all` or `any` without conditions",
        "`all` and `any` hold a list of condition blocks, at least one.",
        _when("{any: []}"),
        _when("{any: [{channel: web}, {channel: app}]}"),
    ),
    Code(
        "R023",
        "empty list of values",
        "A list means any of its values; an empty one holds for nobody.",
        _when("{channel: []}"),
        _when("{channel: [web, app]}"),
    ),
    Code(
        "R024",
        "unknown operator",
        "The operators are `eq ne gt gte lt lte between in not_in prefix suffix contains matches exists`.",
        _when("{event.amount: {greater: 50}}"),
        _when("{event.amount: {gt: 50}}"),
    ),
    Code(
        "R025",
        "a value that the operator cannot take",
        "Comparisons need a number or a text, `between` two in order, `in` a list, `exists` true or false.",
        _when("{event.amount: {between: [100, 50]}}"),
        _when("{event.amount: {between: [50, 100]}}"),
    ),
    Code(
        "R026",
        "a pattern that cannot be used",
        "`matches` takes a regular expression of the RE2 kind, which needs time in proportion to the text and no"
        " more: no back-references and no look-around, at most 500 characters.",
        _when("{event.code: {matches: '(a)\\1'}}"),
        _when("{event.code: {matches: '^A[0-9]{4}$'}}"),
    ),
    Code(
        "R027",
        "unknown group",
        "`group:` names conditions that stand under `groups:` in some file of the set.",
        "groups: {by-hand: {channel: [phone, chat]}}\n" + _when("{group: by-hnd}"),
        "groups: {by-hand: {channel: [phone, chat]}}\n" + _when("{group: by-hand}"),
    ),
    Code(
        "R028",
        "groups in a circle",
        "A group may use another one, but not itself, not even by way of others.",
        "groups:\n  one: {group: two}\n  two: {group: one}\n" + _when("{group: one}"),
        "groups:\n  one: {group: two}\n  two: {channel: web}\n" + _when("{group: one}"),
    ),
    Code(
        "R029",
        "a journey field that never has a value",
        "`journey.…` reads what the rule's own journey keeps: its `effort` signals, its step counts, `step` and"
        " `instance`. A rule without `journey` has none of them, and a test of a missing field never holds.",
        _when("{journey: purchase, step: delivered, journey.delay: {gte: 1}}"),
        _when("{journey: purchase, step: delivered, journey.delays: {gte: 1}}"),
    ),
)
