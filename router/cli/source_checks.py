"""`sources check` and `sources test`: the sources of a rule set, or one file with a source, held against their samples."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from msgspec.structs import replace

from router.cli.faults import FAILED, Refused
from router.cli.opening import rules_here
from router.cli.options import Json
from router.cli.output import console, print_json, print_lines
from router.cli.tables import print_table
from router.model.signs import printable
from router.model.spelling import counted
from router.words.voice import PLAIN

if TYPE_CHECKING:
    from router.authoring.language.load import CheckedRules

SourcesHere = Annotated[
    Path | None,
    typer.Argument(
        help="Rules directory, or one file with a source; default: ROUTER_RULES, ./rules, or the rules shipped.",
        metavar="RULES|FILE",
    ),
]

_OF_A_SET: Final = "R198"
"""The code of a type that nothing waits for: of one file alone nothing does."""


def check_sources(rules: SourcesHere = None, json: Json = False) -> int:
    """Check sources, and what their samples show of them.

    Reports the problems of the files of sources and of what lies beside them, and which interactions and skips no message
    of the tests comes to. A file alone can be checked too, outside a rule set. Exit code 1: there is an error.
    """
    from router.authoring.language.beside import named_files, sources_in
    from router.cli import check_formats

    checked = _checked(rules)
    files = {*sources_in(checked.texts), *named_files(checked.texts)}
    own = [problem for problem in checked.problems if problem.position.file in files]
    texts = {file: text for file, text in checked.texts.items() if file in files}
    refused, elsewhere = checked.rules is None, len(checked.errors)
    checked = replace(checked, problems=own, texts=texts)
    elsewhere -= len(checked.errors)
    rows = _rows(checked)
    if json:
        print_json({**check_formats.as_json(checked), "sources": rows})
    else:
        out = console()
        for line in _told(checked, elsewhere):
            out.print(printable(line), markup=False, soft_wrap=True)
        if rows:
            print_table("What the samples show", list(rows[0]), [list(row.values()) for row in rows])
    return FAILED if refused else 0


def _told(checked: "CheckedRules", elsewhere: int) -> Iterator[str]:
    """Each problem with its source line, then how many there are; `elsewhere`: errors in other files of the set."""
    from router.authoring.language.excerpt import Excerpts

    excerpts = Excerpts(checked.texts)
    for problem in checked.problems:
        yield from excerpts.lines(problem)
        yield ""
    files, errors, warnings = len(checked.texts), len(checked.errors), len(checked.warnings)
    found = (
        f"{counted(errors, 'error')}, {counted(warnings, 'warning')}" if checked.problems else "no problems"
    )
    yield f"{counted(files, 'file')} of sources: {found}."
    if elsewhere:
        yield f"The set is refused for {counted(elsewhere, 'error')} in other files: `feedback-router check` tells them."


def _rows(checked: "CheckedRules") -> list[dict[str, object]]:
    """Of each source its samples, and what none of them comes to; nothing where an error refuses the set."""
    from router.model.record import Record
    from router.sources.samples import reached

    rows: list[dict[str, object]] = []
    for source in checked.rules.sources.values() if checked.rules is not None else ():
        tests = [test for test in checked.source_tests if test.source == source.name]
        found = reached(source, [Record(one.topic, 0, 0, 0, one.key, one.body, one.headers) for one in tests])
        unseen = [
            f"interaction {place}"
            for place in range(1, len(source.interactions) + 1)
            if place - 1 not in found.interactions
        ]
        unseen += [f"skip: {one.because}" for one in source.skip if one.because not in found.skips]
        rows.append(
            {
                "source": source.name,
                "topic": source.topic,
                "samples": len(tests),
                "without a sample": "; ".join(unseen) or None,
            }
        )
    return rows


def run_source_tests(rules: SourcesHere = None, json: Json = False) -> int:
    """Run the tests of sources: messages, and the interactions that they should be.

    They run with all other tests in `feedback-router test`, too. Exit code 1: a test failed, or there is none.
    """
    from router.authoring.language.load import loaded
    from router.authoring.ruletest import source_reports
    from router.cli.test import print_reports

    checked = _checked(rules)
    reports = list(source_reports(checked.source_tests, loaded(checked).mappers))
    if not reports:
        raise Refused("There are no tests of sources: they stand under `tests:` of a source.", FAILED)
    passed = all(report.passed for report in reports)
    if json:
        print_json({"passed": passed, "tests": reports})
    else:
        print_reports(reports, PLAIN)
    return 0 if passed else FAILED


def _checked(given: Path | None) -> "CheckedRules":
    """The rule set, or one file with what it names beside it."""
    from router.authoring.language.beside import sources_in
    from router.authoring.language.directory import read_alone
    from router.authoring.language.load import check_directory, check_texts
    from router.authoring.language.problems import Problems

    if given is not None and not given.exists():
        raise Refused(f"{given} is not there: name a rules directory, or a file with a source.")
    if given is None or not given.is_file():
        checked = check_directory(rules_here(given))
        if checked.rules is not None and not sources_in(checked.texts):
            print_lines(["The rule set has no sources: a source is a file that opens with `source:`."])
        return checked
    problems = Problems()
    texts = read_alone(given, problems)
    problems.raise_if_any()
    if not sources_in(texts):
        raise Refused(f"{given} holds no source: that is a .yaml file that opens with `source:`.")
    checked = check_texts(texts)
    return replace(checked, problems=[one for one in checked.problems if one.code != _OF_A_SET])
