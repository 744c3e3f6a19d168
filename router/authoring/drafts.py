"""Drafts as sets of files: what a draft comes to, what is wrong with it, and what of it another change touched as well."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from router.authoring.checks.never import check_past
from router.authoring.language.load import check_texts
from router.authoring.language.problems import Problem
from router.authoring.ruletest import RuleTestReport, alert_reports, hollow, judged, report, source_reports
from router.model.drafts import DraftFile
from router.rules.ruleset import RuleSet
from router.words.voice import PLAIN, Voice

Texts = Mapping[str, bytes]
"""Rule files by their paths below the rules."""

_FILE: Final = re.compile(
    r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/){0,5}[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.(?:ya?ml|json|csv)\Z"
)


def is_file(name: str) -> bool:
    """Whether a draft may have a file of this name: a path below the rules, of a kind that a rule set holds."""
    return _FILE.match(name) is not None


def file_of(texts: Texts, rule: str) -> str | None:
    """The file in which a rule stands; None where none has it."""
    rules = check_texts(dict(texts)).rules
    found = rules.rules.get(rule) if rules is not None else None
    return found.rule.position.file if found is not None and found.rule.position is not None else None


class Verdict(Struct, frozen=True):
    """What `check` and `test` say of a set. `rules` is None where an error refuses it; then no test is run."""

    problems: list[Problem]
    rules: RuleSet | None
    tests: list[RuleTestReport]

    @property
    def failed(self) -> list[RuleTestReport]:
        """The tests that do not pass."""
        return [one for one in self.tests if not one.passed]

    @property
    def ready(self) -> bool:
        """Whether it may be proposed: no error, and no test fails."""
        return self.rules is not None and not self.failed


def merged(base: Texts, changed: Mapping[str, DraftFile]) -> dict[str, bytes]:
    """The files of a draft: those of the revision it is of, but for the ones that were changed or taken out."""
    texts = {**base, **{name: one.text for name, one in changed.items()}}
    return {name: text for name, text in sorted(texts.items()) if text is not None}


def differing(before: Texts, after: Texts) -> list[str]:
    """The files that are another in the two, by name; those that only one has among them."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def changed_in_both(base: Texts, draft: Texts, now: Texts) -> list[str]:
    """The files that a draft changed, and that were changed otherwise since the revision it is of."""
    return [
        name
        for name in differing(base, draft)
        if base.get(name) != now.get(name) and draft.get(name) != now.get(name)
    ]


def verdict(texts: Texts, now: datetime, voice: Voice = PLAIN) -> Verdict:
    """What is wrong with these files, and how their own tests come out, in the language and by the clock of `voice`."""
    checked = check_texts(dict(texts), [check_past(now)])
    if checked.rules is None:
        return Verdict(checked.problems, None, [])
    judgements = list(judged(checked.tests, checked.rules))
    empty = hollow(judgements, checked.rules, voice)
    reports: Sequence[RuleTestReport] = [
        *(report(judgement, empty.get(judgement.test.name), voice) for judgement in judgements),
        *alert_reports(checked.alert_tests, checked.rules, voice),
        *source_reports(checked.source_tests, checked.rules.mappers),
    ]
    return Verdict(checked.problems, checked.rules, list(reports))
