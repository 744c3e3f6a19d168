"""`customer`: one customer's page, and forgetting a customer."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer
from msgspec import to_builtins

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, JudgedBy
from router.cli.output import print_json, print_lines, told
from router.cli.tables import print_table
from router.cli.voices import Lang, Zone, speaker
from router.model.alerts import ALERT_STATES, AlertListed
from router.model.keys import customer_key
from router.model.spelling import counted
from router.pages.alert_fields import alert_fields
from router.pages.customer_lines import opening_lines
from router.words.alerts import alert_sentence
from router.words.customers import words
from router.words.fragments import fragment
from router.words.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable

    from router.insights.history import CustomerHistory
    from router.model.ledger import SetAside
    from router.model.policy import Policy
    from router.service.customers import Erasure
    from router.settings import Settings

app = typer.Typer(help="Show, erase, or resume a customer.", no_args_is_help=True)
_ERASURES: "Final[dict[Erasure, str]]" = {
    "erased": "The customer is erased.",
    "erased_before": "The customer was erased before; nothing has come since.",
    "marked": "Nothing was known; the customer is marked as erased.",
}
CustomerId = Annotated[
    str, typer.Argument(help="CustomerId of the customer.", metavar="ID", parser=customer_key)
]


class _Known(NamedTuple):
    """What is known of a customer."""

    history: "CustomerHistory"
    aside: "SetAside | None"
    alerts: list[AlertListed]
    voice: Voice


@app.command()
def show(
    customer: CustomerId,
    lang: Lang = None,
    zone: Zone = None,
    rules: JudgedBy = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show a customer's timeline.

    Shows interactions, steps, decisions, invitations and answers in order, alerts, the use of contact limits,
    and when the customer may be asked again.
    """
    known = asyncio.run(_known(settings_of(data), customer, rules, speaker(lang, zone, json=json)))
    if json:
        alerts = [alert_fields(one, known.history.at) for one in known.alerts]
        print_json({**to_builtins(known.history), "set_aside": to_builtins(known.aside), "alerts": alerts})
    else:
        _print(known)


@app.command()
def erase(
    customer: CustomerId,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm the erasure.")] = False,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Mark the id as erased even if it is not known.")
    ] = False,
    data: Data = None,
) -> None:
    """Erase a customer permanently.

    Deletes all data of the customer. Suppressions stay under a keyed hash of the id, with `erased` added,
    so that a customer who returns under this id is not asked. An unknown id is refused, since it may be
    mistyped.
    """
    if not yes:
        raise Refused(
            f"This deletes all that is known of the customer {customer}: write --yes if you mean it."
        )
    told(_ERASURES[asyncio.run(_erase(settings_of(data), customer, unknown=unknown))])


@app.command("set-aside")
def set_aside(data: Data = None, json: Json = False) -> None:
    """List customers who are set aside.

    Their data cannot be stored. They are not asked, and their records become dead letters (`not_stored`),
    in order. The list names the cause; the log of that time has the details. When the cause is gone, use
    `customer resume`.
    """
    customers = asyncio.run(_set_aside(settings_of(data)))
    if json:
        print_json([to_builtins(customer) for customer in customers])
        return
    rows = [[one.customer_id, one.since, one.cause, one.place] for one in customers]
    print_table("Customers set aside", ["customer", "since", "cause", "shown by"], rows)


@app.command()
def resume(
    customer: Annotated[
        str | None, typer.Argument(help="CustomerId of the customer.", metavar="ID", parser=customer_key)
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Resume every customer who is set aside.")] = False,
    data: Data = None,
) -> None:
    """Resume a customer who was set aside.

    Then replay their dead letters with `dlq replay --all --reason not_stored`. If the cause persists, the
    customer is set aside again.
    """
    if (customer is None) != everybody:
        raise Refused("Name one customer, or everybody with --all.")
    count = asyncio.run(_resume(settings_of(data), customer))
    told(
        f"{counted(count, 'customer')} no longer set aside. What they did meanwhile:"
        " `feedback-router dlq replay --all --reason not_stored`"
    )


async def _set_aside(settings: "Settings") -> "list[SetAside]":
    async with opened_store(settings) as store:
        return await store.reading.set_aside()


async def _resume(settings: "Settings", customer: str | None) -> int:
    from router.service.customers import resume

    async with opened_store(settings) as store:
        return await resume(store, customer)


async def _known(
    settings: "Settings", customer: str, given: Path | None, speaking: "Callable[[Policy], Voice]"
) -> "_Known":
    from router.insights.history import customer_history
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        rules = await rule_book(store, settings, given, customer)
        told_by = speaking(rules.now.policy)
        history = await customer_history(store.reading, customer, rules, datetime.now(UTC), told_by)
        everybody = await store.reading.set_aside()
        aside = next((one for one in everybody if customer_key(one.customer_id) == customer), None)
        alerts = await store.alerts.listed(states=ALERT_STATES, customer_id=customer)
    if history is None:
        more = " They are set aside: see `feedback-router customer set-aside`." if aside else ""
        raise Refused(f"Nothing is known of the customer {customer}.{more}", FAILED)
    return _Known(history, aside, alerts, told_by)


async def _erase(settings: "Settings", customer: str, *, unknown: bool) -> "Erasure":
    from router.service.customers import erase
    from router.service.secret import keyed_hash

    hashes = keyed_hash(settings)
    # With a secret of its own the data directory has the only one there is.
    first = settings.database.url is None
    async with opened_store(settings) as store:
        return await erase(store, hashes, customer, datetime.now(UTC), first=first, unknown=unknown)


def _print(known: "_Known") -> None:
    history, speaking = known.history, known.voice
    print_lines(
        [
            *opening_lines(history, known.aside, speaking),
            *(f"  {alert_sentence(one.alert, history.at, speaking)}" for one in known.alerts),
            "",
        ]
    )
    rows = [[speaking.clock(line.at), line.what, line.journey, line.came_of_it] for line in history.timeline]
    columns = [words(speaking, name) for name in ("when", "what", "journey", "came of it")]
    print_table(words(speaking, "timeline", zone=speaking.zone_name()), columns, rows)
    uses = [
        [
            use.limit,
            words(speaking, "of", used=use.used, max=use.max),
            use.per,
            _from(use.free_at, history.at, speaking),
        ]
        for use in history.limits
    ]
    by = fragment(history.rules, speaking.language)
    print_lines([words(speaking, "told by", rules=by), ""])
    columns = [words(speaking, name) for name in ("limit", "used", "per", "room")]
    print_table(words(speaking, "limits"), columns, uses)
    asks = [
        [one.rule, one.survey, _from(one.allowed_from, history.at, speaking)]
        for one in history.next_questions
    ]
    columns = [words(speaking, name) for name in ("rule", "survey", "from")]
    print_table(words(speaking, "allowed"), columns, asks)


def _from(allowed: datetime, now: datetime, speaking: Voice) -> str:
    return words(speaking, "now") if allowed <= now else speaking.clock(allowed)
