"""Texts of surveys: cut short by a comment, and customers whom no text is for."""

import re
from typing import Final

from router.authoring.checks.scalars import scalars
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems

_COMMENT: Final = re.compile(r"\s+#(\S?)(.*)")
_ENDED: Final = (".", "?", "!", ":", "…")


def check_cut_texts(definitions: Definitions, problems: Problems) -> None:
    """R136: a survey's text without quotes that a `#` cuts short."""
    for survey in definitions.surveys.values():
        texts = survey.node.find("texts")
        for node, is_key in scalars(texts) if texts else ():
            lost = "" if is_key or node.quoted else _behind(node, definitions.texts)
            if lost:
                message = f"the text ends before `{lost[:40]}`: a # behind a blank begins a comment"
                whole = f"{node.value} {lost}".replace('"', '\\"')
                problems.add("R136", node.position, message, f'put quotes around it: "{whole[:200]}"')


def _behind(node: Node, texts: dict[str, bytes]) -> str:
    """What stands behind a plain text on its line and looks like its rest; empty where it is a comment."""
    lines = texts.get(node.position.file, b"").decode("utf-8-sig", "replace").split("\n")
    line = lines[node.position.line - 1] if node.position.line <= len(lines) else ""
    start = node.position.column - 1
    if not line.startswith(node.value, start):
        return ""
    comment = _COMMENT.fullmatch(line[start + len(node.value) :].rstrip("\r"))
    if comment is None:
        return ""
    unfinished = not node.value.rstrip().endswith(_ENDED) and comment[2].rstrip().endswith(_ENDED)
    return comment[0].strip() if comment[1].strip() or unfinished else ""


def check_languages(definitions: Definitions, problems: Problems) -> None:
    """R137: a survey in one language, and nothing said for customers whose language is not known."""
    sent = {rule.definition.survey for rule in definitions.rules}
    otherwise = definitions.policy.policy.locale_otherwise
    surveys = [placed.definition for placed in definitions.surveys.values() if placed.definition]
    # A language that no survey has a text in is told as such (R055).
    fallback = any(otherwise and survey.locale_for(otherwise, None) for survey in surveys)
    for name, placed in definitions.surveys.items():
        survey = placed.definition
        if survey is None or name not in sent:
            continue
        locales = list(survey.texts)
        if otherwise is None and len(locales) == 1:
            message = f"a customer whose language is not known, or is not {locales[0]}, never gets {name!r}"
            hint = f"say in the policy `locale: {{otherwise: {locales[0]}}}`"
            problems.add("R137", placed.place("texts"), message, hint)
        elif fallback and otherwise and survey.locale_for(otherwise, None) is None:
            message = f"{name!r} has no text in {otherwise!r}, which the policy falls back to: who has no other never gets it"
            hint = f"add a text in {otherwise}, or let `otherwise` be {' or '.join(locales[:4])}"
            problems.add("R137", placed.place("texts"), message, hint)
