"""Rules: which are in force, what waits for approval, which drafts there are, and how the course went."""

import asyncio
from typing import Final

from router.authoring.drafts import file_of
from router.authoring.packing import unpack
from router.authoring.publishing import LONGEST_MESSAGE, Authorship, Publisher
from router.console.page import Action, Done, Page, Shown
from router.console.problems import Problem
from router.console.visit import Visit
from router.model.revision import Course, CourseAction, Revision
from router.model.spelling import duration
from router.pages.csv_table import Table
from router.rules.index import CompiledRule

_LAST: Final = 50
_ENDS: Final[dict[str, CourseAction]] = {"rollout": "end_rollout", "shadow": "end_shadow"}


async def show(visit: Visit) -> Shown:
    """What decides now, what is to be decided about, and the history."""
    revisions, drafts = visit.console.store.revisions, visit.console.store.drafts
    found, courses, open_drafts = await asyncio.gather(
        revisions.revisions(_LAST), revisions.courses(_LAST), drafts.drafts(limit=_LAST)
    )
    course = courses[0] if courses else None
    rules = [_row(one) for one in visit.rules.index.rules]
    values = {
        "course": course,
        "by_number": {one.number: one for one in found},
        "live": course.live if course is not None else visit.rules.revision,
        "proposals": proposals(found, courses),
        "drafts": open_drafts,
        "courses": courses,
        "revisions": found,
        "rules": rules,
        "course_words": course_words(visit),
    }
    data = {"course": course, "revisions": found, "drafts": open_drafts, "rules": rules}
    columns = ["rule", "journey", "step", "survey", "channels", "delay", "share", "priority", "enabled"]
    table = Table(columns, [[row[name] for name in columns] for row in rules])
    return Shown("rules.html", values, data, table)


def proposals(found: list[Revision], courses: list[Course]) -> list[Revision]:
    """What was proposed after all that ever decided, newest first: what is older would take back later changes."""
    newest = max((one for course in courses for one in (course.live, course.rollout or 0)), default=0)
    return [one for one in found if one.author and one.number > newest]


def course_words(visit: Visit) -> dict[str, str]:
    """What became of the course, in words."""
    return {
        "publish": visit.t("put in force"),
        "rollback": visit.t("rolled back"),
        "shadow": visit.t("shadow begun"),
        "rollout": visit.t("rolled out"),
        "end_shadow": visit.t("shadow ended"),
        "end_rollout": visit.t("rollout ended"),
    }


def authorship(visit: Visit) -> Authorship:
    """Who changes the course, and why. Raises `Problem` where no reason is given."""
    message = visit.form.get("message", "").strip()
    if not message or len(message) > LONGEST_MESSAGE:
        raise Problem("Say why, in at most {most} characters.", most=LONGEST_MESSAGE)
    return Authorship(visit.person.id, message, visit.console.now())


async def publisher(visit: Visit, *, four_eyes: bool = True) -> Publisher:
    """Changes the course as it stands now. Whoever approves here is never the author, whatever the setting says."""
    store = visit.console.store
    since = await store.revisions.course()
    return Publisher(store.revisions, store.reading, since, four_eyes=four_eyes)


def _row(compiled: CompiledRule) -> dict[str, str]:
    rule = compiled.rule
    return {
        "rule": rule.id,
        "journey": rule.journey or "",
        "step": ", ".join(rule.steps),
        "survey": rule.survey,
        "channels": ", ".join(rule.channels),
        "delay": duration(rule.delay),
        "share": f"{rule.sample:.0%}",
        "priority": str(rule.priority),
        "enabled": "yes" if rule.enabled else "no",
    }


async def _begin(visit: Visit) -> Done:
    store = visit.console.store
    course, loaded = await asyncio.gather(store.revisions.course(), store.revisions.last_loaded())
    base = course.live if course is not None else loaded.number if loaded is not None else None
    if base is None:
        raise Problem(
            "No rules are in the database yet: start the service, or publish with the command line."
        )
    rule = visit.form.get("rule", "")
    name = visit.form.get("name", "").strip()[:100] or rule[:100] or visit.t("Change of the rules")
    await visit.note("begin draft", name)
    number = await store.drafts.start(name, base, visit.person.id, visit.console.now())
    draft = await store.drafts.draft(number)
    return Done(
        visit.filters.address(f"/rules/drafts/{number}", file=await _file_of(visit, base, rule)), data=draft
    )


async def _file_of(visit: Visit, revision: int, rule: str) -> str | None:
    """The file of a revision in which a rule stands."""
    content = (await visit.console.store.revisions.revision(revision)).content
    texts, _ = await asyncio.to_thread(unpack, content or b"", revision)
    return await asyncio.to_thread(file_of, texts, rule)


async def _end(visit: Visit) -> Done:
    what = _ENDS.get(visit.form.get("what", ""))
    if what is None:
        raise Problem("Say what ends: rollout or shadow.")
    by = authorship(visit)
    await visit.note(what.replace("_", " "), why=by.message)
    course = await (await publisher(visit)).end(what, by)
    return Done("/rules", visit.t("Ended. Workers take it up within two seconds."), course)


_BEGIN: Final = {"name": "What the draft is called", "rule": "The rule whose file is opened first"}
_MESSAGE: Final = {"message": "Why this change is made"}

PAGE = Page(
    "/rules",
    "Rules",
    show,
    group="Steer",
    filtered=False,
    actions=(
        Action("/rules/drafts", _begin, "author", _BEGIN),
        Action("/rules/end", _end, "approver", {**_MESSAGE, "what": "rollout or shadow"}),
    ),
)
