"""`test`: the tests that stand beside the rules, on a simulated clock."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from router.cli.faults import FAILED, Refused
from router.cli.options import Json, RulesHere
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.cli.voices import Lang, Zone, voice
from router.model.signs import printable
from router.words.rule_tests import counted, words
from router.words.voice import PLAIN, Language, Voice

if TYPE_CHECKING:
    from router.authoring.ruletest import Part, RuleTestReport


def run_tests(  # noqa: PLR0913 - options of a command
    rules: RulesHere = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="List rules, gates, steps, locales and alerts without a test.")
    ] = False,
    minimum: Annotated[
        str | None,
        typer.Option(help="Fail below this coverage of any kind; implies --coverage.", metavar="PERCENT"),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Also write the results as JUnit XML.", metavar="FILE")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Run again when a file changes.")] = False,
    lang: Lang = None,
    zone: Zone = None,
    json: Json = False,
) -> int:
    """Run the tests of a rule set.

    Each test has its own simulated clock and needs no broker or database. A failing test shows expected and
    actual events on one timeline, and the gate or condition that differed. A test that passes only because
    nothing can ever happen is named too. Exit code 1: a test failed, or coverage is below the minimum.
    """
    from router.cli.opening import rules_here

    directory = rules_here(rules)
    asked = _Asked(coverage or minimum is not None, _share(minimum), junit, lang, zone, json)
    if watch and (json or junit):
        raise Refused("--watch is for people; leave out --json and --junit.")
    if watch:
        from router.cli.watching import watched

        watched(directory, lambda: _run(directory, asked))
        return 0
    return _run(directory, asked)


class _Asked(NamedTuple):
    """What is to be shown of the tests, how, and how much they must touch."""

    coverage: bool
    minimum: float
    junit: Path | None
    lang: Language | None
    zone: str | None
    json: bool


def _run(directory: Path, asked: _Asked) -> int:
    from router.authoring.language.load import load_texts
    from router.authoring.language.load_tests import load_alert_tests, load_source_tests, load_tests
    from router.authoring.ruletest import alert_reports, hollow, judged, report, source_reports
    from router.authoring.ruletest import coverage as touched
    from router.cli.opening import rule_texts

    texts = rule_texts(directory)
    loaded = load_texts(texts)
    tests = load_tests(texts, loaded)
    alert_tests = load_alert_tests(texts, loaded.policy)
    source_tests = load_source_tests(texts)
    if not tests and not alert_tests and not source_tests:
        raise Refused(
            f"{directory} holds no tests: a file that opens with `tests:` or `alert_tests:`, or `tests:` of a source.",
            FAILED,
        )
    judgements = list(judged(tests, loaded))
    told = voice(asked.lang, asked.zone, loaded.policy)
    speaking = None if asked.json else told
    empty = hollow(judgements, loaded, speaking or PLAIN)
    reports = [
        *(report(judgement, empty.get(judgement.test.name), speaking) for judgement in judgements),
        *alert_reports(alert_tests, loaded, speaking),
        *source_reports(source_tests, loaded.mappers),
    ]
    parts = touched(judgements, loaded, alert_tests) if asked.coverage else ()
    if asked.junit is not None:
        _write(asked.junit, reports, speaking or PLAIN)
    if asked.json:
        covered = [
            {"kind": part.kind, "share": part.share, "touched": part.touched, "untouched": part.untouched}
            for part in parts
        ]
        print_json({"passed": _passed(reports), "tests": reports, "coverage": covered})
    else:
        print_reports(reports, told)
        _print_coverage(parts, told)
    short = [part for part in parts if part.share < asked.minimum]
    if short and not asked.json:
        kinds = ", ".join(f"{words(told, part.kind)} {part.share:.0%}" for part in short)
        print_lines([words(told, "short", minimum=asked.minimum, kinds=kinds)])
    return FAILED if short or not _passed(reports) else 0


def _share(text: str | None) -> float:
    try:
        share = float((text or "0").removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise Refused(f"--minimum is a percentage from 0% to 100%, not {text}.")
    return share


def _passed(reports: "Sequence[RuleTestReport]") -> bool:
    return all(report.passed for report in reports)


def _write(path: Path, reports: "Sequence[RuleTestReport]", speaking: Voice) -> None:
    from router.cli.junit import junit_xml

    try:
        path.write_bytes(junit_xml(reports, speaking))
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): name another file.", FAILED) from None


def print_reports(reports: "Sequence[RuleTestReport]", told: Voice) -> None:
    """Prints what failed and what tests nothing, then how many passed."""
    for report in reports:
        if not report.passed:
            print_lines([*report.failure_lines(), ""])
        elif report.hollow is not None:
            print_lines([*report.hollow_lines(told), ""])
    failed = sum(not report.passed for report in reports)
    files = len({report.file for report in reports})
    ran = words(told, "ran", tests=counted(told, "test", len(reports)), files=counted(told, "file", files))
    sentence = "some failed" if failed else "all passed"
    print_lines([words(told, sentence, ran=ran, failed=failed, passed=len(reports) - failed)])


def _print_coverage(parts: "Sequence[Part]", told: Voice) -> None:
    rows = []
    for part in parts:
        number = len(part.touched) + len(part.untouched)
        shown = f"{part.share:.0%}" if number else words(told, "none there")
        untouched = ", ".join(map(printable, part.untouched))
        rows.append([words(told, part.kind), len(part.touched), number, shown, untouched])
    columns = [words(told, f"column {name}") for name in ("kind", "touched", "of", "share", "untouched")]
    if rows:
        print_table(words(told, "touched by"), columns, rows)
