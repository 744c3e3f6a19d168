"""`publish`, `approve`, `rollout`, `shadow`, `rollback`, `revisions`, `differences`: rule sets and their course."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from router.cli import completing
from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, rule_texts, settings_of
from router.cli.options import Data, Json, Limit
from router.cli.output import counted, print_json, print_lines
from router.cli.tables import print_table

if TYPE_CHECKING:
    from router.authoring.publishing import Change, Publisher
    from router.model.revision import Course, Revision
    from router.store import SqlStore

Message = Annotated[str, typer.Option("--message", "-m", help="Why, for those who read it later.")]
Author = Annotated[
    str | None, typer.Option(help="Who does this; else the name you are logged in with.", metavar="NAME")
]
Number = Annotated[
    int, typer.Argument(help="Number of the revision.", min=1, autocompletion=completing.revisions)
]
LONGEST_TEXT: Final = 500
EFFECT_OVER: Final = timedelta(days=30)
"""How much of the journal a set is tried on before it is published."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (publish, approve, rollout, shadow, rollback, revisions, differences):
        app.command()(command)


def publish(
    rules: Annotated[Path, typer.Argument(help="Directory of the rule set.")],
    message: Message,
    author: Author = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Only store it, for somebody to approve.")
    ] = False,
    share: Annotated[
        str | None,
        typer.Option("--rollout", help="Decide for this share of the customers only.", metavar="10%"),
    ] = None,
    as_shadow: Annotated[
        bool, typer.Option("--shadow", help="Decide nothing; record where it would decide otherwise.")
    ] = False,
    data: Data = None,
) -> None:
    """Check a rule set and put it in force.

    Running workers take it up within two seconds, between two batches.
    """
    if sum((propose, share is not None, as_shadow)) > 1:
        raise Refused("Choose one of --propose, --rollout and --shadow.")
    part = _share(share) if share is not None else None

    async def work(store: "SqlStore", publisher: "Publisher", change: "Change") -> list[str]:
        texts = {str(Path(name).relative_to(rules)): text for name, text in rule_texts(rules).items()}
        print_lines(_tested(texts))
        print_lines(await _preview(store, texts, change.at))
        number = await publisher.propose(texts, change)
        if propose:
            return [f"Revision {number} is proposed. Somebody else: `feedback-router approve {number}`."]
        if part is not None:
            return [_told(await publisher.rollout(number, part, change))]
        course = await (publisher.shadow(number, change) if as_shadow else publisher.live(number, change))
        return [_told(course)]

    _run(work, message, author, data)


def approve(number: Number, author: Author = None, data: Data = None) -> None:
    """Approve a proposed revision and put it in force."""

    async def work(_: "SqlStore", publisher: "Publisher", change: "Change") -> list[str]:
        await publisher.approve(number, change.author)
        return [_told(await publisher.live(number, change))]

    _run(work, f"approved revision {number}", author, data)


def rollout(
    number: Annotated[
        int | None, typer.Argument(help="Number of the revision.", autocompletion=completing.revisions)
    ] = None,
    share: Annotated[str | None, typer.Argument(help="Share of the customers, such as 10%.")] = None,
    end: Annotated[bool, typer.Option("--end", help="Give all customers back to the live revision.")] = False,
    message: Message = "rollout",
    author: Author = None,
    data: Data = None,
) -> None:
    """Let a revision decide for a share of the customers.

    A raised share keeps the customers it had; 100% makes the revision live.
    """
    if end is (number is not None) or (number is None) is not (share is None):
        raise Refused("Write `feedback-router rollout NUMBER SHARE`, or `feedback-router rollout --end`.")
    part = _share(share) if share is not None else 0.0

    async def work(_: "SqlStore", publisher: "Publisher", change: "Change") -> list[str]:
        if number is None:
            return [_told(await publisher.end("end_rollout", change))]
        return [_told(await publisher.rollout(number, part, change))]

    _run(work, message, author, data)


def shadow(
    number: Annotated[
        int | None, typer.Argument(help="Number of the revision.", autocompletion=completing.revisions)
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="End the shadow.")] = False,
    message: Message = "shadow",
    author: Author = None,
    data: Data = None,
) -> None:
    """Evaluate a revision beside the live one; it decides nothing."""
    if end is (number is not None):
        raise Refused("Write `feedback-router shadow NUMBER`, or `feedback-router shadow --end`.")

    async def work(_: "SqlStore", publisher: "Publisher", change: "Change") -> list[str]:
        return [
            _told(
                await (
                    publisher.end("end_shadow", change)
                    if number is None
                    else publisher.shadow(number, change)
                )
            )
        ]

    _run(work, message, author, data)


def rollback(number: Number, message: Message = "rollback", author: Author = None, data: Data = None) -> None:
    """Put an earlier revision in force again, for everybody."""

    async def work(_: "SqlStore", publisher: "Publisher", change: "Change") -> list[str]:
        return [_told(await publisher.live(number, change, "rollback"))]

    _run(work, message, author, data)


def revisions(limit: Limit = 20, data: Data = None, json: Json = False) -> None:
    """List the revisions, newest first, and which of them decide."""

    async def read() -> tuple[list["Revision"], "Course | None"]:
        async with opened_store(settings_of(data)) as store:
            return await store.revisions.revisions(limit), await store.revisions.course()

    found, course = asyncio.run(read())
    if json:
        print_json({"course": course, "revisions": found})
        return
    columns = ["revision", "in force", "created", "author", "message", "approved by", "sha256"]
    rows = [
        [
            str(entry.number),
            _role(entry.number, course),
            entry.created_at,
            entry.author,
            entry.message,
            entry.approved_by,
            entry.sha256[:12],
        ]
        for entry in found
    ]
    print_table("Revisions", columns, rows)


def differences(number: Number, limit: Limit = 50, data: Data = None, json: Json = False) -> None:
    """Show where a shadow revision would have decided otherwise."""
    from router.model.encoding import decode_decision

    async def read() -> list[tuple[datetime, str, "object", "object"]]:
        async with opened_store(settings_of(data)) as store:
            return [
                (
                    entry.at,
                    entry.customer_id,
                    decode_decision(entry.live_verdict),
                    decode_decision(entry.shadow_verdict),
                )
                for entry in await store.revisions.differences(number, limit)
            ]

    found = asyncio.run(read())
    if json:
        names = ("at", "customer_id", "live", "shadow")
        print_json([dict(zip(names, entry, strict=True)) for entry in found])
        return
    rows = [[at, who, _decided(live), _decided(other)] for at, who, live, other in found]
    print_table(f"Decided otherwise by revision {number}", ["at", "customer", "live", "shadow"], rows)


def _decided(decision: object) -> str:
    from router.model.decision import Decision

    if not isinstance(decision, Decision):
        return ""
    asked = (
        f"{decision.rule} asks {decision.survey}, due {decision.due_at:%Y-%m-%d %H:%M}"
        if decision.due_at
        else ""
    )
    return asked or f"not asked: {decision.reason}" + (f" ({decision.rule})" if decision.rule else "")


def _tested(texts: dict[str, bytes]) -> list[str]:
    """Runs the set's own tests. A failing one keeps it from being published."""
    from router.authoring.language.load import load_texts
    from router.authoring.language.load_tests import load_tests
    from router.authoring.ruletest import judged

    rules = load_texts(texts)
    judgements = list(judged(load_tests(texts, list(rules.surveys), list(rules.rules)), rules))
    failed = [judgement.test.name for judgement in judgements if not judgement.passed]
    if failed:
        names = "; ".join(failed[:5])
        raise Refused(
            f"Not published: {len(failed)} of {counted(len(judgements), 'test')} failed ({names})."
            " `feedback-router test RULES` shows why.",
            FAILED,
        )
    if not judgements:
        return [
            "The set has no tests of its own; `feedback-router docs rules/tests` tells how to write some."
        ]
    return [f"The set is valid and {counted(len(judgements), 'test')} of its own pass."]


async def _preview(store: "SqlStore", texts: dict[str, bytes], now: datetime) -> list[str]:
    """What the set would have changed, or that nobody can tell: that keeps no set from being published."""
    try:
        return await _effect(store, texts, now)
    except Exception as fault:  # noqa: BLE001 - a preview must not stand in the way, whatever is wrong with it
        return [
            f"What it would have changed could not be computed ({type(fault).__name__}).",
            "That does not keep it from being published. `feedback-router diff A B --journal` tries it again.",
        ]


async def _effect(store: "SqlStore", texts: dict[str, bytes], now: datetime) -> list[str]:
    """What the set would have changed over the last days of the journal."""
    from router.authoring.comparison import effect, words
    from router.authoring.language.load import load_texts
    from router.authoring.publishing import rules_of

    course = await store.revisions.course()
    if course is None:
        return ["It is the first that is published here, so there is nothing to compare it with."]
    before = rules_of(await store.revisions.revision(course.live))
    found = await effect(store.reading, before, load_texts(texts), now - EFFECT_OVER)
    return [
        f"Over the last {EFFECT_OVER.days} days of the journal, against revision {course.live}:",
        *words(found),
    ]


def _run(
    work: Callable[["SqlStore", "Publisher", "Change"], Awaitable[list[str]]],
    message: str,
    author: str | None,
    data: Path | None,
) -> None:
    from router.authoring.packing import UnreadableContent
    from router.authoring.publishing import Change, Publisher, Refusal
    from router.model.revision import CourseChanged
    from router.store.revisions import NoSuchRevision

    if not message.strip() or len(message) > LONGEST_TEXT:
        raise Refused(f"Say why with -m MESSAGE, in at most {LONGEST_TEXT} characters.")

    async def run() -> list[str]:
        settings = settings_of(data)
        async with opened_store(settings) as store:
            since = await store.revisions.course()
            publisher = Publisher(store.revisions, since, four_eyes=settings.publishing.four_eyes)
            change = Change(author or getpass.getuser(), message.strip(), datetime.now(UTC))
            return await work(store, publisher, change)

    try:
        print_lines(asyncio.run(run()))
    except (Refusal, NoSuchRevision, UnreadableContent) as refusal:
        raise Refused(f"{refusal}", FAILED) from None
    except CourseChanged as changed:
        raise Refused(f"{changed}. Look at `feedback-router revisions`, then try again.", FAILED) from None


def _share(text: str) -> float:
    number = text.removesuffix("%")
    try:
        share = float(number) / 100
    except ValueError:
        share = 0.0
    if not text.endswith("%") or not 0 < share <= 1:
        raise Refused(f"{text!r} is no share: write a percentage such as 10%.")
    return share


def _role(number: int, course: "Course | None") -> str:
    if course is None:
        return ""
    roles = {course.live: "live"}
    if course.rollout is not None:
        roles[course.rollout] = f"{course.share:.0%} of the customers"
    if course.shadow is not None:
        roles.setdefault(course.shadow, "shadow")
    return roles.get(number, "")


def _told(course: "Course") -> str:
    parts = [f"Revision {course.live} is in force"]
    if course.rollout is not None:
        parts.append(f"revision {course.rollout} decides for {course.share:.0%} of the customers")
    if course.shadow is not None:
        parts.append(f"revision {course.shadow} runs beside it as a shadow")
    return "; ".join(parts) + ". Workers take it up within two seconds."
