"""The end of the demo: what was decided and why, what was sent, and what to try next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import asdict
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from router.demo.findings import Findings
from router.demo.show import STATES, Invitations, totals
from router.demo.telling import METRIC_STYLES, day
from router.insights.pain_points import SurveyPainPoints
from router.insights.questions import question_of
from router.insights.why import Why
from router.model.alerts import AlertListed
from router.model.decision import Outcome
from router.scores.question import buckets
from router.words.figures import percent
from router.words.pain_points import pain_point_sentence
from router.words.reasons import REASONS
from router.words.scores import figure, measure_name

_OUTCOMES: Final[dict[Outcome, str]] = {"invite": "asked", "defer": "asked later", "no_survey": "not asked"}
_STYLES: Final[dict[Outcome, str]] = {"invite": "green", "defer": "green", "no_survey": ""}
_FINAL: Final = {
    "planned": STATES["planned so far"],
    "sent": STATES["sent"],
    "cancelled": ("cancelled",),
    "displaced": ("displaced",),
    "expired": ("expired",),
    "not yet due": ("planned", "queued"),
}


def print_summary(out: Console, found: Findings, next_steps: Sequence[tuple[str, str]]) -> None:
    """Prints it all. `next_steps` are commands, each with what it does."""
    _heading(out, "What came in")
    for line in _came_in(found):
        out.print(line, highlight=False)
    _heading(out, "Decisions, and what each reason means")
    out.print(_decisions(found))
    _heading(out, "Invitations: CES and NPS side by side")
    out.print(totals(found.invitations, _FINAL))
    out.print()
    out.print(_by_rule(found.invitations))
    _heading(out, "Answers: scores with the interval that they lie in")
    out.print(_scores(found.surveys))
    sent, had_step = found.answered_of.sent, found.answered_of.had_step
    out.print(
        f"Answered: {percent(sent.share)} of all sent ({sent.answered:,} of {sent.of:,}), {percent(had_step.share)} of all"
        f" that had a step ({had_step.of:,}): the coverage."
    )
    _heading(out, "Pain points: certainly worse than the rest of the same survey")
    out.print(_pain_points(found.surveys))
    _heading(out, "Alerts: customers to call back")
    out.print(_alerts(found.alerts))
    _heading(out, "Why was this customer asked?")
    _examples(out, found.whys)
    _heading(out, "Why was this customer not asked?")
    _examples(out, found.why_nots)
    _heading(out, "Try next")
    for command, meaning in next_steps:
        out.print(Text(command, "bold"), soft_wrap=True)
        out.print(Padding(Text(meaning, "dim"), (0, 0, 0, 4)))


def _heading(out: Console, text: str) -> None:
    out.print()
    out.print(Text(text, "bold underline"))


def _came_in(found: Findings) -> Iterator[str]:
    yield (
        f"{found.published:,} records were published: {found.interactions:,} interactions,"
        f" {found.repeated} repeats, {sum(found.dead.values())} unreadable."
    )
    yield f"Of the questions that were sent, {found.deliveries:,} were delivered and {found.answers:,} answered."
    if found.decided == found.interactions:
        yield f"Each of the {found.decided:,} interactions has one decision with its reason."
    dead = ", ".join(
        f"{reason.replace('_', ' ')} ({number})" for reason, number in sorted(found.dead.items())
    )
    if dead:
        yield f"The unreadable ones are kept whole as dead letters: {dead}."


def _decisions(found: Findings) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("decided")
    table.add_column("reason")
    table.add_column("number", justify="right")
    table.add_column("meaning", ratio=1)
    order = list(_OUTCOMES)
    rows = sorted(found.reasons.items(), key=lambda row: (order.index(row[0][0]), -row[1]))
    for (outcome, reason), number in rows:
        table.add_row(_OUTCOMES[outcome], reason, f"{number:,}", REASONS[reason], style=_STYLES[outcome])
    table.add_section()
    table.add_row("all", "", f"{sum(found.reasons.values()):,}", "", style="bold")
    return table


def _by_rule(invitations: Invitations) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("rule", no_wrap=True)
    table.add_column("survey")
    shown = {name: states for name, states in _FINAL.items() if name != "expired"}
    for name in shown:
        table.add_column(name.replace("yet ", "yet\n"), justify="right")
    rules = sorted({(metric, rule, survey) for rule, survey, metric, _ in invitations})
    for place, (metric, rule, survey) in enumerate(rules):
        counts = [
            sum(invitations.get((rule, survey, metric, state), 0) for state in states)
            for states in shown.values()
        ]
        last = place + 1 == len(rules) or rules[place + 1][0] != metric
        table.add_row(
            Text(rule, METRIC_STYLES.get(metric, "blue")), survey, *map(str, counts), end_section=last
        )
    return table


def _scores(surveys: Sequence[SurveyPainPoints]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 2, 0, 0))
    for name in ("survey", "measure"):
        table.add_column(name)
    for name in ("answers", "score", "from", "to"):
        table.add_column(name, justify="right")
    table.add_column("better")
    for one in sorted(surveys, key=lambda one: (one.question.metric, one.question.survey)):
        metric, measure = one.question.metric, one.measure
        best = buckets(question_of(one.question)).get("top_box", range(0))
        low, high = one.score_interval or (None, None)
        table.add_row(
            Text(one.question.survey, METRIC_STYLES.get(metric, "blue")),
            measure_name(metric, measure, best),
            f"{one.answers:,}",
            figure(measure, one.score) or "too few",
            figure(measure, low),
            figure(measure, high),
            "higher" if one.higher_is_better else "lower",
        )
    return table


def _pain_points(surveys: Sequence[SurveyPainPoints]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column()
    for one in surveys:
        for held in one.found:
            place, certain = held.place, min(held.interval, key=abs)
            sentence = pain_point_sentence(
                asdict(place),
                figure(one.measure, held.score),
                figure(one.measure, held.rest),
                figure(one.measure, certain, signed=True).lstrip("+-"),
                held.volume,
                "en",
            )
            table.add_row("-", f"{one.question.survey}: {sentence}")
    if not table.row_count:
        table.add_row("", "None that is more than chance.")
    return table


def _alerts(alerts: Sequence[AlertListed]) -> Table:
    """How many alerts each rule raised, and the one of each that is due first."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column()
    counted = Counter(one.alert.rule for one in alerts)
    for rule, number in sorted(counted.items()):
        first = next(one for one in alerts if one.alert.rule == rule)
        alert, by = first.alert, ""
        if alert.due_at is not None:
            by = f", by {day(alert.due_at)}"
        table.add_row(
            "-",
            f"{rule}: {number:,} for {alert.team}, such as {alert.customer_id}, who answered {first.score} to"
            f" {alert.survey}{by}.",
        )
    if not counted:
        table.add_row("", "None.")
    return table


def _examples(out: Console, whys: Sequence[Why]) -> None:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column()
    for why in whys:
        # One interaction may move several journeys: the one that the decision is about, where it moved.
        about = [move for move in why.moves if move.startswith(f"The journey {why.journey} ")]
        sentences = [why.happened, *(about or why.moves)[:1], why.decided]
        gates = [gate for rule in why.rules if rule.matched for gate in rule.gates if not gate.passed]
        if why.invitation is not None:
            sentences.append(why.invitation.became)
        elif gates and gates[0].sentence not in why.decided:
            sentences.append(gates[0].sentence)
        if why.invitation is None and why.eligible_again_at is not None:
            sentences.append(why.again)
        table.add_row("-", " ".join(sentences))
    out.print(table)
