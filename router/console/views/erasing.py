"""Erase: all that is known of a customer is deleted, but that nobody may ask them again."""

from typing import Final

from router.console.page import Action, Done, Page, Shown
from router.console.problems import Problem
from router.console.visit import Visit
from router.model.keys import customer_key
from router.service.customers import Erasure, erase

_LONGEST: Final = 500
_SAID: Final[dict[Erasure, str]] = {
    "erased": "The customer is erased.",
    "erased_before": "The customer was erased before; nothing has come since.",
    "marked": "Nothing was known; the customer is marked as erased.",
}


async def show(visit: Visit) -> Shown:
    """A form that asks for the id once more, and for the reason."""
    return Shown("erasing.html", {"customer": visit.asked("customer") or ""}, {})


async def _erase(visit: Visit) -> Done:
    customer, again = (customer_key(visit.form.get(name, "")) for name in ("customer", "again"))
    why = visit.form.get("why", "").strip()
    if not customer or customer != again:
        raise Problem("Write the customer's id twice, in the same way.")
    if not why or len(why) > _LONGEST:
        raise Problem("Say why, in at most {most} characters.", most=_LONGEST)
    await visit.note("erase customer", customer=customer, why=why)
    # With a secret of its own the data directory has the only one there is.
    first = visit.console.settings.database.url is None
    unknown = visit.form.get("unknown") == "yes"
    erased = await erase(
        visit.console.store, visit.console.hashes, customer, visit.now, first=first, unknown=unknown
    )
    return Done("/erase", visit.t(_SAID[erased]), {"erased": erased})


PAGE = Page(
    "/erase",
    "Erase a customer",
    show,
    role="admin",
    group="Run",
    filtered=False,
    params={"customer": "the id to begin with"},
    actions=(
        Action(
            "/erase",
            _erase,
            "admin",
            {
                "customer": "the id of the customer",
                "again": "the same id once more",
                "why": "the reason; no data of the customer",
                "unknown": "`yes` marks an id as erased that nothing is known of",
            },
        ),
    ),
)
