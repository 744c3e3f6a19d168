"""The effect of a rule set on the last days of the journal, as two pages show it."""

from typing import Any

from msgspec.structs import replace

from router.authoring.comparison import Effect
from router.authoring.comparison.effect import headline
from router.authoring.publishing import EFFECT_OVER, Draft
from router.console.visit import Visit
from router.console.workbench import EffectRun
from router.pages.diff_page import effect_parts


async def decides_now(visit: Visit) -> int | None:
    """The revision against which an effect is computed: what is in force, or what a service loaded."""
    revisions = visit.console.store.revisions
    course = await revisions.course()
    if course is not None:
        return course.live
    loaded = await revisions.last_loaded()
    return loaded.number if loaded is not None else None


async def begun_effect(visit: Visit, draft: Draft) -> EffectRun:
    """Begins to compute the effect of a set whose tests pass."""
    course, against = await visit.console.store.revisions.course(), await decides_now(visit)
    return visit.console.workbench.begin(
        visit.console.settings, draft, course, visit.console.now(), visit.voice, against
    )


def told_effect(visit: Visit, run: EffectRun | None) -> dict[str, Any] | None:
    """The effect for programs, with how far it is."""
    if run is None:
        return None
    done = run.draft
    effect = _masked(visit, done.effect) if done is not None and done.effect is not None else None
    return {
        "running": run.running,
        "share": round(run.share, 3),
        "effect": effect,
        "fault": done.fault if done else None,
    }


def effect_values(visit: Visit, run: EffectRun | None, path: str) -> dict[str, Any]:
    """What the block of the template needs; `path` is the page's own address."""
    done = run.draft if run is not None else None
    effect = _masked(visit, done.effect) if done is not None and done.effect is not None else None
    return {
        "effect_path": path,
        "effect_days": EFFECT_OVER.days,
        "effect_runs": run is not None and run.running,
        "effect_share": round(100 * run.share) if run is not None else 0,
        "effect_done": done is not None,
        "effect_fault": done.fault if done is not None else None,
        "effect_against": done.against if done is not None else None,
        "effect_headline": headline(effect, visit.language) if effect is not None else "",
        "effect_parts": effect_parts(effect, visit.voice) if effect is not None else [],
    }


def _masked(visit: Visit, effect: Effect) -> Effect:
    """Without the names of customers, for whoever may not see them."""
    if visit.person.may("care"):
        return effect
    hidden = []
    for one in (example for example in effect.examples if example.customer_id):
        texts = {
            name: getattr(one, name).replace(one.customer_id, "•••")
            for name in ("happened", "before", "after", "why")
        }
        hidden.append(replace(one, customer_id="•••", id="•••", **texts))
    return replace(effect, examples=tuple(hidden))
