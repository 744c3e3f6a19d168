"""Rule examples of the documentation, made whole and loaded beside the rules that are shipped."""

import re

from router.authoring.language.load import load_texts
from router.authoring.language.problems import InvalidRules, Problem
from tests.docs.pages import ROOT

EXAMPLE = "example.yaml"
_OPENING = "rules:\n  - id: example\n"
_INDENT = "    "
_NEEDED = {
    "when": "{type: example.happened}",
    "send": "{survey: nps, channel: email}",
}
_KINDS = ("journeys", "surveys", "policy.yaml")
_POLICY = "the policy"
_DEFINED = re.compile(r"^(?:journey: (\S+)|  (\S+):$)", re.MULTILINE)


def problems_of(text: str, *, part_of_rule: bool = False) -> list[str]:
    """What is wrong with an example, which may be a part of one rule; positions as within the example."""
    whole = _as_rule(text) if part_of_rule else text
    try:
        load_texts({**_beside(whole), EXAMPLE: whole.encode()})
    except InvalidRules as invalid:
        return [_line(problem, shifted=part_of_rule) for problem in invalid.problems]
    return []


def _as_rule(text: str) -> str:
    body = "".join(_INDENT + line for line in text.splitlines(keepends=True))
    missing = (
        f"{_INDENT}{key}: {value}\n" for key, value in _NEEDED.items() if not text.startswith(f"{key}:")
    )
    return f"{_OPENING}{body}{''.join(missing)}"


def _line(problem: Problem, *, shifted: bool) -> str:
    if not shifted or problem.position.file != EXAMPLE:
        return str(problem)
    place = problem.position
    line, column = place.line - _OPENING.count("\n"), place.column - len(_INDENT)
    return str(problem).replace(str(place), f"{place.file}:{line}:{column}", 1)


def _beside(example: str) -> dict[str, bytes]:
    """The shipped files that define nothing of what an example defines; their rules only beside tests of them."""
    own = _definitions(example)
    if "surveys:" in example:  # the shipped policy promises more languages than an example has
        own.add(_POLICY)
    tested = {"tests": "routes", "alert_tests": "alerts"}
    kinds = (*_KINDS, *(kind for key, kind in tested.items() if re.search(f"^{key}:", example, re.MULTILINE)))
    beside = {}
    for file in sorted((ROOT / "rules").rglob("*.yaml")):
        kind = file.relative_to(ROOT / "rules").parts[0]
        text = file.read_text(encoding="utf-8")
        if kind in kinds and not own & _definitions(text):
            beside[str(file.relative_to(ROOT))] = text.encode()
    return beside


def _definitions(text: str) -> set[str]:
    """The journey and the surveys that a text defines; any policy counts as the same one."""
    if re.search(r"^(journey|surveys):", text, re.MULTILINE):
        return {first or second for first, second in _DEFINED.findall(text)}
    return (
        set()
        if re.search(r"^(rules|groups|alerts|schedules|source|tests|alert_tests):", text, re.MULTILINE)
        else {_POLICY}
    )
