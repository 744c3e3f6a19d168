"""R080 to R086: conditions that cannot mean what they say."""

from router.authoring.codes.code import Code


def _rule(when: str, more: str = "") -> str:
    return f"rules:\n  - id: a\n    when: {when}\n{more}    send: {{survey: nps, channel: email}}\n"


_TWO = """rules:
  - id: everyone
    when: {{journey: purchase, step: delivered}}
    send: {{survey: nps, channel: email}}
    priority: {first}
  - id: web-only
    when: {{journey: purchase, step: delivered, channel: {second}}}
    send: {{survey: {survey}, channel: email}}
    priority: 10
"""

LOGIC = (
    Code(
        "R080",
        "a condition that can never hold",
        "Taken together with the conditions beside it, this one cannot be true for any interaction. Signals"
        " that count are absent until the first one is counted, so `journey.delays: 0` never holds: ask"
        " `journey.delays: {exists: false}`.",
        _rule("{type: order.placed, event.amount: {gt: 100, lt: 50}}"),
        _rule("{type: order.placed, event.amount: {gt: 50, lt: 100}}"),
    ),
    Code(
        "R081",
        "a condition that always holds",
        "The condition is true for every interaction and every customer, so it says nothing. Most often an `any`"
        " covers all there is, or a block is empty.",
        _rule("{any: [{event.vip: {exists: true}}, {event.vip: {exists: false}}]}"),
        _rule("{event.vip: true}"),
        severity="warning",
    ),
    Code(
        "R082",
        "`unless` holds whenever `when` does",
        "The rule spares everybody it matches, so it never asks.",
        _rule("{type: order.placed, channel: web}", "    unless: {channel: [web, app]}\n"),
        _rule("{type: order.placed, channel: web}", "    unless: {event.gift: true}\n"),
    ),
    Code(
        "R083",
        "a rule that can never win",
        "A rule that is tried before it takes every interaction that this one matches, under conditions that are"
        " no stricter, and sends the same survey: this one is never used.",
        _TWO.format(first=80, second="web", survey="nps"),
        _TWO.format(first=5, second="web", survey="nps"),
        severity="warning",
    ),
    Code(
        "R084",
        "same priority and overlapping conditions",
        "Both rules can match one interaction, and nothing but the alphabet of their ids says which is tried"
        " first. Give them different priorities.",
        _TWO.format(first=10, second="web", survey="ces"),
        _TWO.format(first=5, second="web", survey="ces"),
        severity="warning",
    ),
    Code(
        "R085",
        "a type that no such interaction has",
        "A rule with a `step` is tried on the interaction that enters the step, and none of those has this type.",
        _rule("{journey: purchase, step: delivered, type: order.placed}"),
        _rule("{journey: purchase, step: delivered, type: order.delivered}"),
    ),
    Code(
        "R086",
        "a type that looks misspelt",
        "No journey of the set names this type, but a very similar one. List further types under `types` in the"
        " policy and misspelt ones become errors.",
        _rule("{type: order.deliverd}"),
        _rule("{type: order.delivered}"),
        severity="warning",
    ),
    Code(
        "R087",
        "a wildcard that is none",
        "Values are compared as they stand: `order.*` equals only the text `order.*`. In conditions use `prefix` or"
        " `matches`; elsewhere list the types.",
        _rule("{type: order.*}"),
        _rule("{type: {prefix: order.}}"),
        severity="warning",
    ),
)
