"""Tests that authors write beside their rules, told to the same core that decides in production. Pure."""

from router.authoring.ruletest.alerts import alert_reports
from router.authoring.ruletest.coverage import Part, coverage
from router.authoring.ruletest.hollow import hollow
from router.authoring.ruletest.judge import Judgement, judged
from router.authoring.ruletest.report import RuleTestReport, report
from router.authoring.ruletest.sources import source_reports
from router.authoring.ruletest.timeline import Entry, timeline
from router.authoring.ruletest.trace import in_words

__all__ = [
    "Entry",
    "Judgement",
    "Part",
    "RuleTestReport",
    "alert_reports",
    "coverage",
    "hollow",
    "in_words",
    "judged",
    "report",
    "source_reports",
    "timeline",
]
