"""Route files: nodes to routing rules."""

from datetime import timedelta

from router.authoring.language.amounts import LONGEST
from router.authoring.language.conditions import read_condition, undecided
from router.authoring.language.groups import Groups
from router.authoring.language.node import Node
from router.authoring.language.parts import Placed
from router.authoring.language.problems import Problems
from router.authoring.language.reader import Reader
from router.model.rules import Reminder, Rule

SELECTORS = frozenset({"journey", "step"})


def read_rules(node: Node, problems: Problems, groups: Groups) -> list[Placed[Rule]]:
    """The rules of one file. One that lacks its id or survey, with the problem noted, has an empty one."""
    reader = Reader(node, problems, "a route file")
    reader.get("groups")
    rules = [Placed(_rule(item, groups), item.node) for item in reader.items("rules", "a rule")]
    reader.finish()
    return rules


def _rule(reader: Reader, groups: Groups) -> Rule:
    name = reader.name("id", need=True)
    journey, steps = _selectors(reader)
    when, unless = reader.need("when"), reader.get("unless")
    survey, channels = _send(reader)
    active = reader.reader("active", "`active`")
    skip = SELECTORS if journey else frozenset()
    rule = Rule(
        id=name or "",
        survey=survey or "",
        channels=channels,
        journey=journey,
        steps=steps,
        when=read_condition(when, reader.problems, groups, skip) if when else undecided(reader.position),
        unless=read_condition(unless, reader.problems, groups) if unless else None,
        priority=reader.integer("priority", 0) or 0,
        max_age=reader.duration("max_age", most=LONGEST),
        delay=reader.duration("delay", most=LONGEST) or timedelta(),
        within="business_hours" if reader.choice("within", ("business_hours",)) else None,
        expires=reader.duration("expires", most=LONGEST),
        sample=reader.share("sample", 1.0),
        cancel_on=reader.texts("cancel_on"),
        reminder=_reminder(reader),
        enabled=reader.flag("enabled", default=True),
        active_from=active.moment("from") if active else None,
        active_until=active.moment("until") if active else None,
        position=reader.position,
    )
    if active:
        active.finish()
    reader.finish()
    _check_times(reader, rule)
    return rule


def _selectors(reader: Reader) -> tuple[str | None, tuple[str, ...]]:
    """The journey and the steps of a `when` block that a rule waits for. Without a journey there are none."""
    pairs = reader.pairs["when"][1].value if "when" in reader.pairs else None
    if not isinstance(pairs, dict):
        return None, ()
    if "journey" not in pairs:
        return None, ()
    journey = pairs["journey"][1]
    if not isinstance(journey.value, str):
        reader.problems.add(
            "R012", journey.position, "`journey` in `when` must name one journey", "one rule a journey"
        )
        return None, ()
    if "step" not in pairs:
        return journey.value, ()
    steps = pairs["step"][1]
    if steps.value == []:
        reader.problems.add(
            "R023", steps.position, "`step` has an empty list: it can never hold", "name a step"
        )
    return journey.value, reader.texts_of(steps, "step")


def _send(reader: Reader) -> tuple[str | None, tuple[str, ...]]:
    send = reader.reader("send", "`send`", need=True)
    if send is None:
        return None, ()
    survey, channels = send.name("survey", need=True), send.texts("channel")
    if not channels:
        send.problems.add(
            "R011", send.at("channel"), "`send` lacks `channel`", "such as `channel: [email, sms]`"
        )
    send.finish()
    return survey, channels


def _reminder(reader: Reader) -> Reminder | None:
    block = reader.reader("reminder", "`reminder`")
    if block is None:
        return None
    after, most = block.duration("after", need=True, most=LONGEST), block.integer("max", 1, least=1)
    channels = block.texts("channel")
    block.finish()
    if after == timedelta():
        block.problems.add("R015", block.place("after"), "`after` must be longer than nothing", "such as 3d")
    return Reminder(after, most or 1, channels) if after else None


def _check_times(reader: Reader, rule: Rule) -> None:
    if rule.expires is not None and rule.delay >= rule.expires:
        reader.problems.add(
            "R041",
            reader.place("delay"),
            "`delay` reaches `expires`: the rule could never send",
            "shorten the delay",
        )
    if rule.reminder and rule.expires and rule.delay + rule.reminder.after >= rule.expires:
        reader.problems.add(
            "R041",
            reader.node.place("reminder", "after"),
            "the first reminder reaches `expires`: it could never be sent",
            "shorten `after`, or let the rule expire later",
        )
    if rule.active_from and rule.active_until and rule.active_from >= rule.active_until:
        reader.problems.add(
            "R042",
            reader.node.place("active", "until"),
            "`active` ends before it begins",
            "swap `from` and `until`",
        )
