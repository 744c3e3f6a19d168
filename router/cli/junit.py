"""Test results as JUnit XML, which pipelines read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from router.model.signs import escaped
from router.words.voice import PLAIN, Voice

if TYPE_CHECKING:
    from router.authoring.ruletest import RuleTestReport


def junit_xml(reports: "Sequence[RuleTestReport]", voice: Voice = PLAIN) -> bytes:
    """One suite a file, one case a test; a failure holds the differences and the timeline."""
    root = ElementTree.Element("testsuites")
    for file in dict.fromkeys(report.file for report in reports):
        cases = [report for report in reports if report.file == file]
        failed = sum(not case.passed for case in cases)
        suite = ElementTree.SubElement(
            root, "testsuite", name=_text(file), tests=str(len(cases)), failures=str(failed), errors="0"
        )
        for case in cases:
            element = ElementTree.SubElement(
                suite, "testcase", name=_text(case.name), classname=_text(file), line=str(case.line)
            )
            if case.hollow is not None:
                ElementTree.SubElement(element, "system-out").text = _text(
                    "\n".join(case.hollow_lines(voice))
                )
            if not case.passed:
                first = case.differences[0][0]
                failure = ElementTree.SubElement(element, "failure", message=_text(first))
                failure.text = _text("\n".join(case.failure_lines()))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _text(text: str) -> str:
    return escaped(text, keep="\n")
