"""The kinds of rule files. A new kind is declared in a module of its own and named here."""

from typing import Final

from router.authoring.language.alert_files import AlertFile
from router.authoring.language.journey_files import JourneyFile
from router.authoring.language.keys import Block
from router.authoring.language.policy_files import PolicyFile
from router.authoring.language.rule_files import RouteFile
from router.authoring.language.rule_test_files import RuleTestFile
from router.authoring.language.schedule_files import ScheduleFile
from router.authoring.language.source_files import SourceFile
from router.authoring.language.survey_files import SurveyFile

FILES: Final[dict[str, type[Block]]] = {
    "journeys": JourneyFile,
    "rules": RouteFile,
    "surveys": SurveyFile,
    "alerts": AlertFile,
    "schedules": ScheduleFile,
    "sources": SourceFile,
    "tests": RuleTestFile,
    "policy": PolicyFile,
}
"""The kinds by the names that schemas and directories have for them, in the order in which a file is held against them."""
