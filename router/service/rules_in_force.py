"""Which rules a question about the past is answered by."""

from pathlib import Path

from router.authoring.language.load import load_directory
from router.authoring.packing import UnreadableContent
from router.authoring.publishing import rules_of
from router.insights.rule_book import RuleBook
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.settings import Settings
from router.store import SqlStore
from router.store.revisions import NoSuchRevision


async def rule_book(store: SqlStore, settings: Settings, given: Path | None, customer: str = "") -> RuleBook:
    """The rules in force, for the customer where one is named, and through the store those that decided earlier.

    In force is the directory `given`; else what is published; else the directory that `ROUTER_RULES` names; else what
    a service loaded last; else `./rules`, else the rules shipped. Raises `InvalidRules`, and `UnreadableContent` where
    a newer program published what is in force.
    """

    async def fetch(number: int) -> RuleSet | None:
        try:
            return rules_of(await store.revisions.revision(number))
        except (NoSuchRevision, UnreadableContent):
            return None

    async def in_force(number: int) -> RuleSet:
        rules = await fetch(number)
        if rules is None:
            raise UnreadableContent(
                f"Revision {number}, which is in force, cannot be read by this program: name a directory with --rules."
            )
        return rules

    async def directory(path: Path) -> RuleSet:
        rules = load_directory(path)
        rules.revision = await store.revisions.number_of(rules.sha256) or 0
        return rules

    if given is not None:
        return RuleBook(await directory(given), f"the rules of {given}", judging=True)
    course = None if settings.watch_rules else await store.revisions.course()
    if course is not None:
        live, rollout = await in_force(course.live), None
        if course.rollout is not None and customer:
            rollout = await in_force(course.rollout)
        return RuleBook(InForce(live, rollout, course.share).of(customer), fetch=fetch)
    if settings.rules is None and (last := await store.revisions.last_loaded()) is not None:
        return RuleBook(await in_force(last.number), fetch=fetch)
    here = settings.rules_directory
    return RuleBook(await directory(here), f"the rules of {here}", fetch)
