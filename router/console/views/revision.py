"""One revision: what it changes, what it would have done, and what can be done with it."""

import asyncio
from difflib import unified_diff
from typing import Final

from router.authoring.comparison import changes
from router.authoring.drafts import Texts, differing
from router.authoring.publishing import WHOLE, Draft, same_person
from router.console.page import Action, Done, Page, Shown
from router.console.problems import NotThere, Problem
from router.console.views.effects import begun_effect, effect_values, told_effect
from router.console.views.rules import authorship, course_words, proposals, publisher
from router.console.visit import Visit
from router.console.workbench import Side
from router.model.revision import Course, Revision
from router.pages.diff_page import changed_parts

_LAST: Final = 200


async def show(visit: Visit) -> Shown:
    """The revision beside another one: by default what is in force, or what was before."""
    store = visit.console.store.revisions
    one, found, courses = await asyncio.gather(
        side(visit, number_in(visit)), store.revisions(_LAST), store.courses(_LAST)
    )
    number = one.revision.number
    course = courses[0] if courses else None
    against = await _against(visit, number, course)
    other = await side(visit, against) if against is not None else None
    parts = [] if other is None else await asyncio.to_thread(_changed, visit, other, one)
    loaded = await store.last_loaded() if course is None else None
    decides = course.live if course is not None else loaded.number if loaded is not None else None
    asked = (one.rules.sha256, decides, visit.language)
    effect = visit.console.workbench.effect(asked)
    proposed = number in {each.number for each in proposals(found, courses)}
    values = {
        "revision": one.revision,
        "course": course,
        "decides": decides,
        "against": against,
        "others": [each for each in found if each.number != number],
        "changed": parts,
        "files": text_changes(other.texts if other else {}, one.texts),
        "texts": {name: text.decode("utf-8", "replace") for name, text in one.texts.items()},
        "proposed": proposed,
        "own": same_person(one.revision.author, visit.person.id),
        "was_live": any(number == each.live for each in courses) or not one.revision.author,
        "courses": [each for each in courses if number in (each.live, each.rollout, each.shadow)],
        "course_words": course_words(visit),
        **effect_values(visit, effect, f"/rules/revisions/{number}"),
    }
    data = {
        "revision": _bare(one.revision),
        "course": course,
        "against": against,
        "effect": told_effect(visit, effect),
    }
    return Shown("revision.html", values, data, title=visit.t("Revision {number}", number=number))


def number_in(visit: Visit) -> int:
    """The number in the address. Raises `NotThere`."""
    text = visit.path["number"]
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotThere("There is no such page.")
    return int(text)


async def side(visit: Visit, number: int) -> Side:
    """A revision, unpacked. Raises `NoSuchRevision` and `UnreadableContent`."""
    return await visit.console.workbench.side(await visit.console.store.revisions.revision(number))


def text_changes(before: Texts, after: Texts) -> list[tuple[str, list[tuple[str, str]]]]:
    """The files that differ, each with its lines: `+`, `-`, `@` or a blank, and what stands there."""
    found = []
    for name in differing(before, after):
        old, new = (texts.get(name, b"").decode("utf-8", "replace").splitlines() for texts in (before, after))
        lines = list(unified_diff(old, new, lineterm="", n=3))[2:]
        found.append((name, [(line[0], line if line[0] == "@" else line[1:]) for line in lines]))
    return found


async def _against(visit: Visit, number: int, course: Course | None) -> int | None:
    asked = visit.asked("against")
    if asked is not None:
        if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
            raise Problem("A revision is a number.")
        return int(asked)
    if course is None:
        loaded = await visit.console.store.revisions.last_loaded()
        return loaded.number if loaded is not None and loaded.number != number else None
    return course.live if course.live != number else await visit.console.store.revisions.live_before(number)


def _changed(visit: Visit, before: Side, after: Side) -> list[str]:
    names = [f"{each.revision.number} ({each.revision.message})" for each in (before, after)]
    found = changes(before.rules, after.rules, before.tests, after.tests)
    return [changed_parts(names[0], names[1], found, visit.language)]


def _bare(revision: Revision) -> dict[str, object]:
    return {
        name: getattr(revision, name)
        for name in ("number", "sha256", "author", "message", "created_at", "approved_by")
    }


def _share(visit: Visit) -> float:
    text = visit.form.get("share", "").strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return WHOLE
    try:
        share = float(text) / 100
    except ValueError:
        share = 0.0
    if not 0 < share <= WHOLE:
        raise Problem("A share of the customers is a percentage above 0, up to 100.")
    return share


async def _approve(visit: Visit) -> Done:
    number, by, share = number_in(visit), authorship(visit), _share(visit)
    await visit.note("approve", str(number), after=f"{share:.0%}", why=by.message)
    return _in_force(visit, await (await publisher(visit)).approve(number, by, share))


async def _live(visit: Visit) -> Done:
    number, by = number_in(visit), authorship(visit)
    await visit.note("put in force", str(number), why=by.message)
    courses = await visit.console.store.revisions.courses(_LAST)
    back = bool(courses) and number < courses[0].live
    # Back to what decided before, as the command line does it; all else needs an approval by somebody else.
    steering = await publisher(visit, four_eyes=not back or visit.console.settings.publishing.four_eyes)
    return _in_force(visit, await steering.live(number, by, "rollback" if back else "publish"))


async def _rollout(visit: Visit) -> Done:
    number, by, share = number_in(visit), authorship(visit), _share(visit)
    await visit.note("roll out", str(number), after=f"{share:.0%}", why=by.message)
    return _in_force(visit, await (await publisher(visit)).rollout(number, share, by))


async def _shadow(visit: Visit) -> Done:
    number, by = number_in(visit), authorship(visit)
    await visit.note("begin shadow", str(number), why=by.message)
    return _in_force(visit, await (await publisher(visit)).shadow(number, by))


async def _effect(visit: Visit) -> Done:
    number = number_in(visit)
    one = await side(visit, number)
    await begun_effect(visit, Draft(dict(one.texts), one.rules, len(one.tests)))
    return Done(f"/rules/revisions/{number}#effect")


async def _cancel(visit: Visit) -> Done:
    number = number_in(visit)
    one = await side(visit, number)
    course = await visit.console.store.revisions.course()
    run = visit.console.workbench.effect((one.rules.sha256, course.live if course else None, visit.language))
    if run is not None:
        run.cancel()
    return Done(f"/rules/revisions/{number}#effect")


def _in_force(visit: Visit, course: Course) -> Done:
    said = [visit.t("Revision {number} is in force.", number=course.live)]
    if course.rollout is not None:
        share = f"{course.share:.0%}"
        said.append(
            visit.t(
                "Revision {number} decides for {share} of the customers.", number=course.rollout, share=share
            )
        )
    if course.shadow is not None:
        said.append(visit.t("Revision {number} runs beside it as a shadow.", number=course.shadow))
    said.append(visit.t("Workers take it up within two seconds."))
    return Done("/rules", " ".join(said), course)


_MESSAGE: Final = {"message": "Why this change is made"}
_SHARE: Final = {"share": "Share of the customers in percent; without it, all"}

PAGE = Page(
    "/rules/revisions/{number}",
    "Revision",
    show,
    under="/rules",
    filtered=False,
    params={"against": "the number of the revision to compare with"},
    actions=(
        Action("/rules/revisions/{number}/approve", _approve, "approver", {**_MESSAGE, **_SHARE}),
        Action("/rules/revisions/{number}/live", _live, "approver", _MESSAGE),
        Action("/rules/revisions/{number}/rollout", _rollout, "approver", {**_MESSAGE, **_SHARE}),
        Action("/rules/revisions/{number}/shadow", _shadow, "approver", _MESSAGE),
        Action("/rules/revisions/{number}/effect", _effect, "approver", quiet=True),
        Action("/rules/revisions/{number}/cancel", _cancel, "approver", quiet=True),
    ),
)
