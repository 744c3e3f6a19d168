"""Access: who is signed in, and which programs use the API; both can be ended."""

from datetime import timedelta
from typing import Final, cast

from router.console.access.sessions import IDLE
from router.console.access.sessions import LONGEST as LONGEST_SESSION
from router.console.access.tokens import LONGEST, made_token
from router.console.page import Action, Done, Page, Shown
from router.console.problems import NotThere, Problem
from router.console.visit import Visit
from router.model.access import ROLES, ApiToken, Role

_LONGEST_NAME: Final = 100
_USUAL_DAYS: Final = 90


async def show(visit: Visit) -> Shown:
    """The tokens, and a form for another one."""
    return await _shown(visit)


async def _shown(visit: Visit, made: str = "") -> Shown:
    store, now = visit.console.store, visit.now
    tokens = await store.tokens.listed()
    sessions = await store.access.sessions(now - IDLE, now - LONGEST_SESSION)
    values = {
        "tokens": [(one, _state(one, visit)) for one in tokens],
        "roles": [role for role in ROLES if role in visit.person.roles],
        "made": made,
        "days": _USUAL_DAYS,
        "most_days": LONGEST.days,
        "sessions": sessions,
    }
    data = {
        "tokens": [_told(one, visit) for one in tokens],
        "sessions": [
            {"person": one.person.id, "way": one.person.way, "begun_at": one.begun_at, "seen_at": one.seen_at}
            for one in sessions
        ],
    }
    return Shown("access.html", values, data | ({"token": made} if made else {}))


def _state(token: ApiToken, visit: Visit) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "ended" if token.ends_at <= visit.now else "in force"


def _told(token: ApiToken, visit: Visit) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "roles": [role for role in ROLES if role in token.roles],
        "made_by": token.made_by,
        "made_at": token.made_at,
        "ends_at": token.ends_at,
        "used_at": token.used_at,
        "state": _state(token, visit),
    }


async def _make(visit: Visit) -> Shown:
    name = visit.form.get("name", "").strip()
    days = visit.form.get("days", str(_USUAL_DAYS))
    roles = frozenset(cast("list[Role]", [role for role in ROLES if visit.form.get(f"role_{role}") == "yes"]))
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Problem("Give the token a name of at most {most} characters.", most=_LONGEST_NAME)
    if not roles & visit.person.roles:
        raise Problem("Choose at least one role, of those that you have.")
    if not days.isascii() or not days.isdigit() or len(days) > 3 or not 1 <= int(days) <= LONGEST.days:
        raise Problem("A token lasts from 1 to {most} days.", most=LONGEST.days)
    token, kept = made_token(name, roles, visit.person, visit.now, timedelta(days=int(days)))
    after = f"{', '.join(role for role in ROLES if role in kept.roles)}; {days} days"
    await visit.note("make token", f"{kept.id} {name}", after=after)
    await visit.console.store.tokens.add(kept)
    return await _shown(visit, token)


async def _revoke(visit: Visit) -> Done:
    token = visit.path["id"]
    await visit.note("revoke token", token[:_LONGEST_NAME])
    if not await visit.console.store.tokens.revoke(token, visit.now):
        raise NotThere("There is no such token, or it was revoked before.")
    return Done("/access", visit.t("The token is revoked."))


async def _end(visit: Visit) -> Done:
    person = visit.form.get("person", "")
    await visit.note("end sessions", person[:_LONGEST_NAME])
    ended = await visit.console.store.access.end_all(person)
    return Done("/access", visit.t("Sessions ended: {ended}.", ended=ended), {"ended": ended})


_FIELDS: Final = {
    "name": "what the token is for",
    "days": f"how many days it lasts, at most {LONGEST.days}",
    **{f"role_{role}": f"`yes` gives it the role {role}" for role in ROLES},
}

PAGE = Page(
    "/access",
    "Access",
    show,
    role="admin",
    group="Run",
    filtered=False,
    actions=(
        Action("/access/tokens", _make, "admin", _FIELDS),
        Action("/access/tokens/{id}/revoke", _revoke, "admin"),
        Action("/access/sessions/end", _end, "admin", {"person": "whose sessions end"}),
    ),
)
