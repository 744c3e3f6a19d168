"""`--lang` and `--zone`: in which language and by which clock a command speaks to a person. JSON is English, in UTC."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from router.cli.faults import Refused
from router.words.voice import LANGUAGES, PLAIN, Language, Voice

if TYPE_CHECKING:
    from router.model.policy import Policy

Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang", help="Language of what is told; default: that of the locale, else en. JSON is English."
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", help="Time zone of what is told; default: the policy's. JSON has UTC.", metavar="ZONE"
    ),
]
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where the locale of the environment stands, the first that is set (POSIX)."""


def language(given: Language | None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language that was asked for, else that of the locale, else English."""
    if given is not None:
        return given
    locale = next((found for name in _LOCALE if (found := environment.get(name))), "")
    return next((known for known in LANGUAGES if locale.lower().split("_")[0].split(".")[0] == known), "en")


def voice(lang: Language | None, zone: str | None, policy: "Policy | None", *, json: bool = False) -> Voice:
    """How a command speaks; without a policy to say its zone it is UTC. Raises `Refused`: there is no such zone."""
    from router.model.zones import certain_zone, zone_name
    from router.policy.hours import own_zone

    named = zone_name(zone) if zone is not None else None
    if zone is not None and named is None:
        raise Refused(f"{zone} is no time zone: write a name such as Europe/Amsterdam, or UTC.")
    if json:
        return PLAIN
    if named is not None:
        return Voice(language(lang), certain_zone(named))
    return Voice(language(lang), own_zone(policy) if policy is not None else PLAIN.zone)


def speaker(lang: Language | None, zone: str | None, *, json: bool) -> Callable[["Policy"], Voice]:
    """How a command speaks once it knows the policy."""
    return lambda policy: voice(lang, zone, policy, json=json)
