"""What `check` found, for people, for programs, as GitHub annotations and as SARIF."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from router.authoring.codes import CODES
from router.authoring.language.excerpt import Excerpts
from router.authoring.language.load import CheckedRules
from router.authoring.language.problems import Problem
from router.model.spelling import counted

_NAME: Final = "feedback-router"
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(checked: CheckedRules) -> Iterator[str]:
    """Each problem with its source line, then how many there are."""
    excerpts = Excerpts(checked.texts)
    for problem in checked.problems:
        yield from excerpts.lines(problem)
        yield ""
    errors, warnings = len(checked.errors), len(checked.warnings)
    if checked.problems:
        verdict = "refused" if errors else "valid"
        code = checked.problems[0].code
        yield f"{counted(errors, 'error')}, {counted(warnings, 'warning')}: the set is {verdict}."
        yield f"More on a code: `{_NAME} check --explain {code}`."
    else:
        contents, rules = "nothing", checked.rules
        if rules is not None:
            numbers = {
                "rule": len(rules.rules),
                "journey": len(rules.maps),
                "survey": len(rules.surveys),
                **({"alert": len(rules.alerts)} if rules.alerts else {}),
                "test": len(checked.all_tests),
            }
            contents = ", ".join(counted(number, noun) for noun, number in numbers.items())
        yield f"{counted(len(checked.texts), 'file')}, {contents}: no problems."


def as_json(checked: CheckedRules) -> dict[str, Any]:
    """The verdict and every problem."""
    return {
        "valid": checked.rules is not None,
        "errors": len(checked.errors),
        "warnings": len(checked.warnings),
        "problems": [
            {
                "file": problem.position.file,
                "line": problem.position.line,
                "column": problem.position.column,
                "severity": problem.severity,
                "code": problem.code,
                "title": CODES[problem.code].title,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in checked.problems
        ],
    }


def as_github(checked: CheckedRules) -> Iterator[str]:
    """Workflow commands that annotate the lines of a pull request."""
    for problem in checked.problems:
        place = problem.position
        properties = (
            f"file={_escaped(place.file, ':,')},line={place.line},col={place.column}"
            f",title={problem.code} {_escaped(CODES[problem.code].title, ':,')}"
        )
        yield f"::{problem.severity} {properties}::{_escaped(_whole(problem))}"


def as_sarif(checked: CheckedRules) -> dict[str, Any]:
    """A SARIF 2.1.0 log, as code scanning takes it."""
    used = sorted({problem.code for problem in checked.problems})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].why},
            "help": {"text": f"{CODES[code].why} See `{_NAME} check --explain {code}`."},
            "defaultConfiguration": {"level": CODES[code].severity},
        }
        for code in used
    ]
    results = []
    for problem in checked.problems:
        place, path = problem.position, PurePath(problem.position.file)
        uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
        region = {"startLine": place.line, "startColumn": place.column}
        location = {"artifactLocation": {"uri": uri}, "region": region}
        results.append(
            {
                "ruleId": problem.code,
                "ruleIndex": used.index(problem.code),
                "level": problem.severity,
                "message": {"text": _whole(problem)},
                "locations": [{"physicalLocation": location}],
            }
        )
    driver = {"name": _NAME, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _whole(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _escaped(text: str, more: str = "") -> str:
    """Percent signs, line ends and, in properties, separators, as workflow commands want them."""
    for sign in f"%\r\n{more}":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
