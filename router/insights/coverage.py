"""Coverage: of all touchpoints that had a step, how many were asked about, reached and answered, and why the others not."""

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from router.insights.blind_spots import BlindSpot, blind_spots
from router.insights.funnels import Funnel, added, funnels, together
from router.insights.who_answered import WhoAnswered, who_answered
from router.model.cells import CoverageCount, CoverageDimension, WantedCoverage
from router.model.policy import ScoreSettings

HOUR: Final = "hour"
TIMES: Final = ("day", "week", "month", HOUR)
PLACES: Final[tuple[CoverageDimension, ...]] = ("journey", "step", "channel")


class CoverageReader(Protocol):
    """The read that coverage needs of a store."""

    async def coverage(
        self, wanted: WantedCoverage, by: Sequence[CoverageDimension] = ()
    ) -> list[CoverageCount]:
        """The touchpoints of each stage and reason, grouped by these dimensions, in their order."""


class CoverageReport(Struct, frozen=True):
    """What became of the touchpoints: of all, and of the groups that `by` names, in order of time, and the largest first.

    `who_answered` is of all that a rule waited for, and of those that were sent.
    """

    wanted: WantedCoverage
    by: tuple[str, ...]
    total: Funnel
    groups: tuple[Funnel, ...]
    blind_spots: tuple[BlindSpot, ...]
    who_answered: tuple[WhoAnswered, ...]


async def coverage(
    cells: CoverageReader,
    wanted: WantedCoverage,
    by: Sequence[CoverageDimension],
    settings: ScoreSettings,
    attribute: str | None = None,
) -> CoverageReport:
    """The coverage of the touchpoints `wanted`, grouped by dimensions and by one attribute. Raises what `cells` raises."""
    places = funnels(await cells.coverage(wanted, PLACES))
    known = replace(wanted, attributes=(*settings.by, HOUR), value=None)
    facts = funnels(await cells.coverage(known, ("attribute", "value")))
    if attribute in known.attributes and not by:
        groups = [replace(one, group=one.group[1:]) for one in facts if one.group[0] == attribute]
    elif attribute is not None:
        groups = funnels(await cells.coverage(replace(wanted, attributes=(attribute,)), (*by, "value")))
    elif set(by) <= set(PLACES):
        groups = together(places, [PLACES.index(name) for name in by])
    else:
        groups = funnels(await cells.coverage(wanted, by))
    names = (*by, attribute) if attribute is not None else tuple(by)
    return judged(wanted, names, places, facts, groups, settings)


def judged(
    wanted: WantedCoverage,
    by: tuple[str, ...],
    places: Sequence[Funnel],
    facts: Sequence[Funnel],
    groups: Sequence[Funnel],
    settings: ScoreSettings,
) -> CoverageReport:
    """The report on funnels by journey, step and channel (`places`), by attribute and value (`facts`) and as wanted."""
    times = [place for place, name in enumerate(by) if name in TIMES]
    return CoverageReport(
        wanted,
        by,
        added((), places),
        tuple(
            sorted(
                groups,
                key=lambda one: (
                    [str(one.group[place]) for place in times],
                    -one.stages["had_step"],
                    [*map(str, one.group)],
                ),
            )
        ),
        tuple(blind_spots(places, facts, settings)),
        tuple(who_answered(of, places, facts, settings) for of in ("waited", "sent")),
    )
