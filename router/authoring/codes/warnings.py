"""R090 to R099: what is allowed and probably not meant."""

from router.authoring.codes.code import Code


def _rule(when: str, send: str = "{survey: nps, channel: email}") -> str:
    return f"rules:\n  - id: a\n    when: {when}\n    send: {send}\n"


WARNINGS = (
    Code(
        "R090",
        "personal data in a rule file",
        "The line holds an e-mail address or a telephone number. Rule files are shared, reviewed and kept for"
        " years; a rule about one customer belongs in that customer's preferences.",
        _rule("{type: order.placed, customer.email: jan.jansen@example.com}"),
        _rule("{type: order.placed, customer.segment: staff}"),
        severity="warning",
    ),
    Code(
        "R091",
        "`yes`, `no`, `on` or `off` without quotes",
        "Here it is text; most other YAML readers take it as true or false. Write `true` or `false`, or put"
        " quotes around the text.",
        _rule("{type: order.placed, event.gift: yes}"),
        _rule("{type: order.placed, event.gift: true}"),
        severity="warning",
    ),
    Code(
        "R092",
        "a time of day without quotes",
        "Here `22:00` is text; other YAML readers take it as the number 1320. Put quotes around it.",
        "quiet_hours:\n  from: 22:00\n  to: 08:00",
        'quiet_hours:\n  from: "22:00"\n  to: "08:00"',
        severity="warning",
    ),
    Code(
        "R093",
        "a group that no rule uses",
        "The group is defined and never named.",
        "groups: {by-hand: {channel: [phone, chat]}}\n" + _rule("{type: order.placed}"),
        "groups: {by-hand: {channel: [phone, chat]}}\n" + _rule("{type: order.placed, group: by-hand}"),
        severity="warning",
    ),
    Code(
        "R094",
        "a survey that no rule sends",
        "The survey is in the catalogue, but no rule proposes it.",
        _rule("{type: order.placed}"),
        _rule("{type: order.placed}")
        + "  - id: b\n    when: {type: order.returned}\n    send: {survey: ces, channel: email}\n",
        severity="warning",
    ),
    Code(
        "R096",
        "a file that is not read",
        "Rules are read from files whose names end in `.yaml` or `.yml`, in capitals or not. The file has another"
        " ending, such as `.txt`, `.json` or the `.bak` of a copy, so what it holds is not part of the set. Nothing is"
        " said of names that begin with a dot, of texts and pictures (`.md`, `README`, `.png` and the like), and of"
        " the schemas in `schema/`.",
        severity="warning",
    ),
    Code(
        "R097",
        "a field where a value stands",
        "A test compares a field with a value, never with another field: here the name itself is the text that is"
        " compared.",
        _rule("{type: order.placed, event.opened_by: {ne: event.solved_by}}"),
        _rule("{type: order.placed, event.same_agent: false}"),
        severity="warning",
    ),
    Code(
        "R099",
        "a number that is meant as text",
        "Without quotes `+31201234567` is a number, and a number equals no text. Ids, versions and telephone numbers are"
        ' sent as texts: put quotes around them. A list takes both: `[4711001234, "4711001234"]`.',
        _rule("{type: order.placed, event.contract: +4711001234}"),
        _rule('{type: order.placed, event.contract: "4711001234"}'),
        severity="warning",
    ),
    Code(
        "R098",
        "more problems than are told",
        "A file has more than 1,000 errors, or as many warnings. The first thousand are told; the others are once these are mended.",
    ),
    Code(
        "R095",
        "a step that nothing uses",
        "The step has no place in the order, ends and reopens nothing, counts nothing, and no rule waits for it.",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\n  looked: {on: shop.looked}\norder: [arrived]",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\n  looked: {on: shop.looked}\n"
        "order: [arrived, looked]",
        severity="warning",
    ),
)
