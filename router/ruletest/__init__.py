"""Tests that authors write beside their rules, told to the same core that decides in production. Pure."""

from router.ruletest.coverage import Part, coverage
from router.ruletest.judge import Judgement, judged
from router.ruletest.report import Report, report
from router.ruletest.timeline import Entry, timeline
from router.ruletest.trace import in_words

__all__ = ["Entry", "Judgement", "Part", "Report", "coverage", "in_words", "judged", "report", "timeline"]
