"""A judgement as it is shown: whether the test passed, what differs and why, and the timeline."""

from msgspec import Struct

from router.authoring.ruletest.judge import Judgement
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.timeline import Mark, timeline
from router.authoring.ruletest.trace import in_words
from router.policy.hours import own_zone
from router.words.rule_tests import words
from router.words.voice import PLAIN, Voice

_SIGNS = {"event": " ", "as_expected": "=", "unexpected": "+", "missing": "-", "ended": " "}


class TimelineLine(Struct, frozen=True):
    """One line of the timeline. `at` counts from the start of the test, `clock` is the policy's local time."""

    at: str
    clock: str
    mark: Mark
    text: str


class RuleTestReport(Struct, frozen=True):
    """One test. Each difference is a list of sentences, the first says what differs, the others why.

    `hollow` says why a test that passes would do so whatever the rules say; None where it shows something.
    """

    name: str
    file: str
    line: int
    passed: bool
    differences: tuple[tuple[str, ...], ...] = ()
    timeline: tuple[TimelineLine, ...] = ()
    hollow: str | None = None

    def hollow_lines(self, voice: Voice = PLAIN) -> list[str]:
        """A test that passes and shows nothing as lines."""
        return [
            f"! {self.name}",
            f"  {self.file}:{self.line}",
            f"  {words(voice, 'hollow', why=self.hollow)}",
        ]

    def failure_lines(self) -> list[str]:
        """A failing test as lines: what differs and why, then the timeline with `+` for unexpected, `-` for missing."""
        lines = [f"✗ {self.name}", f"  {self.file}:{self.line}"]
        for first, *why in self.differences:
            lines += [f"  {first}", *(f"    {sentence}" for sentence in why)]
        wide = max((len(line.at) for line in self.timeline), default=0)
        for line in self.timeline:
            lines.append(f"  {_SIGNS[line.mark]} {line.at:>{wide}}  {line.clock}  {line.text}")
        return lines


def report(judgement: Judgement, hollow: str | None = None, voice: Voice | None = None) -> RuleTestReport:
    """What to show of a test, in English and the policy's zone unless a voice says otherwise.

    The timeline is told whether it passed or not. `hollow`: why it shows nothing.
    """
    run, test = judgement.run, judgement.test
    clock = voice or Voice(zone=own_zone(run.rules.policy))
    lines = [
        TimelineLine(offset(entry.at, test.start), clock.weekday(entry.at), entry.mark, entry.text)
        for entry in timeline(judgement, voice or PLAIN)
    ]
    place = test.position
    return RuleTestReport(
        name=test.name,
        file=place.file if place else "",
        line=place.line if place else 0,
        passed=judgement.passed,
        differences=tuple(
            tuple(in_words(difference, run, voice or PLAIN)) for difference in judgement.differences
        ),
        timeline=tuple(lines),
        hollow=hollow,
    )
