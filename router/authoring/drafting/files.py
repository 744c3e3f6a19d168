"""The files of a draft, with comments that say of each guess how sure it is and what it rests on."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from router.authoring.drafting.guesses import JourneyGuess, StepGuess, Sureness, journey_guesses
from router.authoring.drafting.tally import AttributeTally, LogTally
from router.authoring.drafting.yaml_text import WORDS, scalar
from router.model.spelling import counted

_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")
_SUFFIX: Final = re.compile(r"[_.-]?(?:id|nr|no|number|nummer|ref|key|code)$", re.IGNORECASE)
_ON_CONSENT: Final = re.compile(
    r"consent|unsubscri|subscribed|opt.?(?:in|out)|toestemming|afmeld", re.IGNORECASE
)
_MODELINE: Final = "# yaml-language-server: $schema={}schema/{}.json\n"
_LONGEST_NAME: Final = 80
_WIDTH: Final = 110


def drafted(tally: LogTally, asked_on: Iterable[str] = ("email",)) -> dict[str, bytes]:
    """The files of a draft by name: journeys, a policy, and rules that are switched off. `asked_on`: where rules would ask.

    They name the survey `ces`, which has to be put beside them. Nothing in them gives a consent.
    """
    guesses = journey_guesses(tally)
    files: dict[str, str] = {}
    names: list[str] = []
    for guess in guesses:
        names.append(_free(_SUFFIX.sub("", guess.instance) or guess.instance, names))
        files[f"journeys/{names[-1]}.yaml"] = _journey_file(names[-1], guess)
    named = {step.type for guess in guesses for step in guess.steps}
    files["policy.yaml"] = _policy_file(tally, named, tuple(asked_on))
    if guesses:
        files["routes/first.yaml"] = _rules_file(list(zip(names, guesses, strict=True)), tuple(asked_on))
    return {name: text.encode() for name, text in files.items()}


def _journey_file(name: str, guess: JourneyGuess) -> str:
    steps = _step_names(guess)
    lines = [
        _MODELINE.format("../", "journeys"),
        f"# A draft, from {guess.passes:,} values of {_shown(guess.instance)}. Put right what is guessed wrong, and name the steps.\n",
        f"journey: {name}\n",
        f"# {_sure(guess.own)}: so many of its values are of one customer each.\n",
        f"instance: {scalar(guess.instance)}\n",
        "steps:\n",
    ]
    for step in guess.steps:
        lines.append(f"  # {_about(step, guess.passes)}\n")
        flags = ", ends: true" if step.ends_it else ", reopens: true" if step.reopens else ""
        lines.append(f"  {steps[step.type]}: {{on: {scalar(step.type)}{flags}}}\n")
    placed = [steps[step.type] for step in guess.steps if step.place is not None]
    lines += [
        "# Entered only forward. A step that is not in this list is entered from anywhere.\n",
        f"order: [{', '.join(placed)}]\n",
        f"# 99 in 100 pauses were shorter than {guess.quiet_days // 2:,} days; this is twice as long.\n",
        f"expires: {guess.quiet_days}d\n",
    ]
    signals = []
    if guess.contacts:
        signals.append("  # By their names these are contacts, and some passes had several.\n")
        signals.append(f"  contacts: {{count: [{', '.join(map(scalar, guess.contacts))}]}}\n")
    if guess.people is not None:
        signals.append(
            "  # By its name this is who helped; quotas and limits use it as `same: journey.agent`.\n"
        )
        signals.append(f"  agent: {{last: {scalar(guess.people)}}}\n")
    return "".join([*lines, *(["effort:\n", *signals] if signals else [])])


def _about(step: StepGuess, passes: int) -> str:
    """What a step's guess rests on."""
    share = f"in {step.passes:,} of {passes:,} passes"
    if step.reopens:
        return f"By its name it opens a pass again; {share}."
    if step.place is None:
        return f"It has no place of its own: it comes before others in some passes and behind them in some; {share}."
    last = f"; the last one in {step.ends.share:.0%} of them" if step.ends.share >= 0.5 else ""
    ends = ", so it seems to end the journey" if step.ends_it else ""
    sure = f"{step.place.words[0].upper()}{step.place.words[1:]}"
    return f"{sure} of its place, which {step.place.share:.0%} of {step.place.of:,} pairs agree with; {share}{last}{ends}."


def _policy_file(tally: LogTally, named: set[str], asked_on: tuple[str, ...]) -> str:
    span = (
        f"{tally.earliest:%Y-%m-%d} to {tally.latest:%Y-%m-%d}"
        if tally.earliest and tally.latest
        else "no time"
    )
    lines = [
        _MODELINE.format("./", "policy"),
        f"# A draft, from {counted(tally.interactions, 'interaction')} of {counted(len(tally.customers), 'customer')}, {span}.\n",
    ]
    if tally.without_customer:
        lines.append(
            f"# {tally.without_customer:,} of them name no customer: nobody can be asked about those.\n"
        )
    if tally.left_out["type"] or tally.left_out["attribute"]:
        lines.append("# There were more types or attributes than a draft takes; the first ones are here.\n")
    said = (
        f"{tally.consents:,} preferences of the log say something about consent; they hold as they are."
        if tally.consents
        else "No consent is in the log: until customers say yes, nobody is asked."
    )
    spoken = [name for name in tally.types if _ON_CONSENT.search(name)]
    lines += [
        f"\n# Not guessed, and never to be: without a recorded yes nobody is asked. {said}\n",
        *(
            f"# By its name {_shown(name)} is a yes or a no ({counted(tally.types[name].count, 'interaction')}): here it is neither. See given_by.\n"
            for name in spoken
        ),
        "consent: {unknown: refuse}\n",
        "\n# Not from the log, only a common beginning: one question a month, and none at night.\n",
        "limits:\n  - {id: any-survey, max: 1, per: 30d, on_limit: defer, up_to: 5d}\n",
        'quiet_hours: {from: "21:00", to: "08:00"}\n',
        "# The zone of customers whose own is not known; without it UTC. Write yours, such as Europe/Amsterdam.\n",
        "# zone: Europe/Amsterdam\n",
        "locale: {otherwise: en}\n",
        *_channel_lines(tally, asked_on),
        *_type_lines(tally, named),
        *_attribute_lines(tally),
    ]
    return "".join(lines)


def _channel_lines(tally: LogTally, asked_on: tuple[str, ...]) -> list[str]:
    channels = sum((one.channels for one in tally.types.values()), Counter[str]())
    lines = [
        "\n# Sure: the channels on which something happened. Where you ask besides stands first.\nchannels:\n"
    ]
    lines += [f"  - {scalar(name)}   # where you would ask\n" for name in asked_on if name not in channels]
    lines += [
        f"  - {scalar(name)}   # {counted(count, 'interaction')}\n" for name, count in channels.most_common()
    ]
    return lines


def _type_lines(tally: LogTally, named: set[str]) -> list[str]:
    alone = {name: one.count for name, one in tally.types.items() if name not in named}
    if not alone:
        return ["\n# Every type of the log stands in a journey.\ntypes: []\n"]
    lines = [
        "\n# Sure: these types came in too, and fit no journey. A rule without a journey can name them.\ntypes:\n"
    ]
    by_count = sorted(alone, key=lambda name: (-alone[name], name))
    return [
        *lines,
        *(f"  - {scalar(name)}   # {counted(alone[name], 'interaction')}\n" for name in by_count),
    ]


def _attribute_lines(tally: LogTally) -> list[str]:
    found = tally.attributes
    lines: list[str] = []
    if found:
        lines.append(
            "\n# What interactions carry. The names are sure; what they hold is as it was in the log.\nattributes:\n  event:\n"
        )
        by_count = sorted(found, key=lambda name: (-found[name].count, name))
        lines += [
            f"    {scalar(name)}: {_holds(found[name])}   # {_held(found[name], tally)}\n"
            for name in by_count
        ]
    if tally.of_customers:
        lines += ["  customer:\n"] if found else ["\nattributes:\n  customer:\n"]
        of_customers = sorted(tally.of_customers.items())
        lines += [f"    {scalar(name)}: any   # said {count:,} times\n" for name, count in of_customers]
    if tally.left_out["name"]:
        lines.append(
            "  # There were more, with names that rules cannot use: letters, digits, - and _ are allowed.\n"
        )
    return lines


def _holds(found: AttributeTally) -> str:
    """`number`, `text`, `date`, the two of a yes or no, or `any` where it held several kinds of things."""
    kinds = {kind for kind, count in found.kinds.items() if count}
    if len(kinds) > 1 or "other" in kinds:
        return "any"
    (kind,) = kinds
    return "[true, false]" if kind == "flag" else kind


def _held(found: AttributeTally, tally: LogTally) -> str:
    share = f"in {found.count:,} of {counted(tally.interactions, 'interaction')}"
    return f"{share}, {len(found.values):,} values" if found.values else share


def _rules_file(journeys: list[tuple[str, JourneyGuess]], asked_on: tuple[str, ...]) -> str:
    lines = [
        _MODELINE.format("../", "rules"),
        "# Not guesses but a beginning: one question at the end of each journey, switched off. Choose which to ask, write the\n",
        "# delay that is right, and take `enabled: false` away; then write tests, as `feedback-router init` does.\n",
        "rules:\n",
    ]
    for name, guess in journeys:
        steps = _step_names(guess)
        placed = [step for step in guess.steps if step.place is not None] or list(guess.steps)
        last = next((step for step in placed if step.ends_it), placed[-1])
        reopening = [scalar(step.type) for step in guess.steps if step.reopens]
        lines.append(f"  - id: ces-after-{name}\n    enabled: false\n")
        lines.append(f"    when: {{journey: {name}, step: {steps[last.type]}}}\n")
        lines.append(f"    send: {{survey: ces, channel: [{', '.join(map(scalar, asked_on))}]}}\n")
        lines.append("    max_age: 24h\n    delay: 2h\n    expires: 5d\n")
        if reopening:
            lines.append(f"    cancel_on: [{', '.join(reopening)}]\n")
    return "".join(lines)


def _step_names(guess: JourneyGuess) -> dict[str, str]:
    """Names of steps by their types: the last word of a type where no other has the same, else all of it."""
    lasts = Counter(step.type.rpartition(".")[2] for step in guess.steps)
    names: dict[str, str] = {}
    for step in guess.steps:
        last = step.type.rpartition(".")[2]
        text = last if lasts[last] == 1 else step.type
        names[step.type] = _free(text, [*names.values(), "expired"])
    return names


def _free(text: str, taken: Iterable[str]) -> str:
    """A name made of a text that is not taken."""
    plain = _UNFIT.sub("-", text).strip("-._")[:_LONGEST_NAME].lower() or "unnamed"
    plain = f"is-{plain}" if plain in WORDS or not plain[0].isalpha() else plain
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


def _sure(sureness: Sureness) -> str:
    words = sureness.words
    return f"{words[0].upper()}{words[1:]} ({sureness.share:.0%} of {sureness.of:,})"


def _shown(text: str) -> str:
    """A text within a comment."""
    return scalar(text)[:_WIDTH]
