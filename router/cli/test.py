"""`test`: the tests that stand beside the rules, on a simulated clock."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import FAILED, Refused
from router.cli.options import Json, RulesHere
from router.cli.output import counted, print_json, print_lines, printable
from router.cli.tables import print_table

if TYPE_CHECKING:
    from router.authoring.ruletest import Part, RuleTestReport


def run_tests(
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
    json: Json = False,
) -> int:
    """Run the tests of a rule set.

    Each test has its own simulated clock and needs no broker or database. A failing test shows expected and
    actual events on one timeline, and the gate or condition that differed. A test that passes only because
    nothing can ever happen is named too. Exit code 1: a test failed, or coverage is below the minimum.
    """
    from router.cli.opening import rules_here

    directory = rules_here(rules)
    share = _share(minimum)
    if watch and (json or junit):
        raise Refused("--watch is for people; leave out --json and --junit.")
    if watch:
        from router.cli.watching import watched

        watched(directory, lambda: _run(directory, coverage or minimum is not None, share, None, json=False))
        return 0
    return _run(directory, coverage or minimum is not None, share, junit, json=json)


def _run(directory: Path, coverage: bool, minimum: float, junit: Path | None, *, json: bool) -> int:
    from router.authoring.language.load import load_texts
    from router.authoring.language.load_tests import load_alert_tests, load_tests
    from router.authoring.ruletest import alert_reports, hollow, judged, report
    from router.authoring.ruletest import coverage as touched
    from router.cli.opening import rule_texts

    texts = rule_texts(directory)
    loaded = load_texts(texts)
    tests = load_tests(texts, list(loaded.surveys), list(loaded.rules))
    alert_tests = load_alert_tests(texts)
    if not tests and not alert_tests:
        raise Refused(
            f"{directory} holds no tests: a file that opens with `tests:` or `alert_tests:`.", FAILED
        )
    judgements = list(judged(tests, loaded))
    empty = hollow(judgements, loaded)
    of_rules = [report(judgement, empty.get(judgement.test.name)) for judgement in judgements]
    reports = [*of_rules, *alert_reports(alert_tests, loaded)]
    parts = touched(judgements, loaded, alert_tests) if coverage else ()
    if junit is not None:
        _write(junit, reports)
    if json:
        covered = [
            {"kind": part.kind, "share": part.share, "touched": part.touched, "untouched": part.untouched}
            for part in parts
        ]
        print_json({"passed": _passed(reports), "tests": reports, "coverage": covered})
    else:
        _print_reports(reports)
        _print_coverage(parts)
    short = [part for part in parts if part.share < minimum]
    if short and not json:
        kinds = ", ".join(f"{part.kind} {part.share:.0%}" for part in short)
        print_lines([f"Under the minimum of {minimum:.0%}: {kinds}."])
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


def _write(path: Path, reports: "Sequence[RuleTestReport]") -> None:
    from router.cli.junit import junit_xml

    try:
        path.write_bytes(junit_xml(reports))
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): name another file.", FAILED) from None


def _print_reports(reports: "Sequence[RuleTestReport]") -> None:
    for report in reports:
        if not report.passed:
            print_lines([*report.failure_lines(), ""])
        elif report.hollow is not None:
            print_lines([*report.hollow_lines(), ""])
    failed = sum(not report.passed for report in reports)
    files = len({report.file for report in reports})
    ran = f"{counted(len(reports), 'test')} in {counted(files, 'file')}"
    print_lines(
        [f"{ran}: {failed} failed, {len(reports) - failed} passed." if failed else f"{ran}: all passed."]
    )


def _print_coverage(parts: "Sequence[Part]") -> None:
    rows = []
    for part in parts:
        number = len(part.touched) + len(part.untouched)
        shown = f"{part.share:.0%}" if number else "none there"
        rows.append([part.kind, len(part.touched), number, shown, ", ".join(map(printable, part.untouched))])
    if rows:
        print_table("Touched by tests", ["kind", "touched", "of", "share", "untouched"], rows)
