"""Effort beside scores, read from both databases."""

from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from router.model.cells import Question
from router.model.effort import AskedAt, CustomerCount, WantedAnswers
from router.model.encoding import encode_json
from router.scores.customers import Customers
from router.scores.question import MEASURES
from router.scores.question import Question as Asked
from router.store import SqlStore
from tests.contract.rows import after, change, context, invitation_row, named, plan, response_row, save

CES = Question("ces", "ces", 1, 5, "lower_is_better", "1", "likert")
SURVEYS = {
    "ces": {"scale": (1, 5), "metric": "ces", "polarity": "lower_is_better"},
    "nps": {"scale": (0, 10), "metric": "nps", "polarity": "higher_is_better"},
    "csat": {"scale": (1, 5), "metric": "csat", "polarity": "higher_is_better"},
    "csat-7": {"scale": (1, 7), "metric": "csat", "polarity": "lower_is_better"},
}


async def test_scores_by_the_value_of_each_signal_that_is_a_number(store: SqlStore) -> None:
    strange = {"contacts": 12345.678, "text": "12", "yes": True, "none": -0.5}
    rows = [
        response_row("ann", "a", score=1),
        response_row("ann", "b", score=1),
        response_row("bob", "c", score=5, context=context(effort=strange)),
        response_row("bob", "d", score=4, context=context(journey=None, step=None, channel=None)),
        response_row("cat", "e", status="excluded"),
        response_row("cat", "f", imported="old tool"),
        response_row("cat", "g", status="off_scale", score=None),
    ]
    await save(store, responses=rows)
    found = await store.effort.scores(WantedAnswers())
    assert found == {
        AskedAt(CES, "complaint", "resolved", "phone"): {
            "contacts": Counter({(2, 1): 2, (12300, 5): 1}),
            "hours": Counter({(1.5, 1): 2}),
            "none": Counter({(-0.5, 5): 1}),
        }
        | {name: Counter() for name in ("agent", "again", "text", "yes")},
        AskedAt(CES, "", "", ""): {"contacts": Counter({(2, 4): 1}), "hours": Counter({(1.5, 4): 1})}
        | {name: Counter() for name in ("agent", "again")},
    }
    assert await store.effort.answers(WantedAnswers()) == 4


async def test_answers_are_chosen_by_place_and_by_when_it_happened(store: SqlStore) -> None:
    asked = [
        context(survey="ces", step="opened", channel="chat", happened_at=after(1)),
        context(survey="ces-2", journey="return", happened_at=after(2)),
        context(survey="ces-2", happened_at=after(3)),
    ]
    rows = [response_row("ann", str(at), context=one) for at, one in enumerate(asked)]
    await save(store, responses=rows)
    for wanted, count in (
        (WantedAnswers(survey="ces-2"), 2),
        (WantedAnswers(survey="ces-2", journey="return"), 1),
        (WantedAnswers(step="opened"), 1),
        (WantedAnswers(channel="phone"), 2),
        (WantedAnswers(since=after(2)), 2),
        (WantedAnswers(until=after(2)), 1),
        (WantedAnswers(since=after(2), until=after(3)), 1),
        (WantedAnswers(survey="nps"), 0),
    ):
        assert await store.effort.answers(wanted) == count
        scores = await store.effort.scores(wanted)
        assert sum(signals["contacts"].total() for signals in scores.values()) == count
        assert sum(one.customers for one in await store.effort.customers(wanted)) == min(count, 1)


async def test_a_share_is_a_share_of_the_ids(store: SqlStore) -> None:
    rows = [response_row("ann", f"answer {at}") for at in range(40)]
    await save(store, responses=rows)
    wanted = WantedAnswers(share=0.25)
    (signals,) = (await store.effort.scores(wanted)).values()
    expected = sum(row.invitation_id < UUID(int=2**126) for row in rows)
    assert 0 < expected < 40
    assert signals["contacts"].total() == expected
    assert [one.answers for one in await store.effort.customers(wanted)] == [expected]
    assert await store.effort.answers(wanted) == 40


async def test_customers_count_for_what_the_formulas_say(store: SqlStore) -> None:
    given = defaultdict(list)
    rows = []
    for survey, facts in SURVEYS.items():
        low, high = facts["scale"]
        for at in range(40):
            score, customer = low + at % (high - low + 1), f"customer {at % 7 if at > 5 else at + 10}"
            given[survey].append((customer, score))
            asked = context(survey=survey, **facts)
            rows.append(response_row(customer, f"{survey} {at}", context=asked, score=score))
    await save(store, responses=rows)
    found: dict[str, dict[tuple[int, int, int], int]] = defaultdict(dict)
    for one in await store.effort.customers(WantedAnswers()):
        assert isinstance(one, CustomerCount)
        found[one.question.survey][one.answers, one.total, one.squares] = one.customers
    for survey, facts in SURVEYS.items():
        question = Asked(survey, facts["metric"], facts["scale"], facts["polarity"], "1", "likert")
        expected = Customers.of(question, MEASURES[question.metric][0], given[survey])
        assert found[survey] == dict(expected.counts)


async def test_of_many_invitations_a_sample_is_looked_at(store: SqlStore, url: str) -> None:
    body = encode_json(context())
    await plan(store, *(invitation_row("ann", str(at), context=body) for at in range(60)))
    await save(store, changed=[change("ann", str(at), "unanswered") for at in range(60)])
    if not url.startswith("sqlite"):
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.execute(text("ANALYZE invitations"))
        await engine.dispose()
    assert len(await store.effort.unanswered(60)) == 60
    # PostgreSQL takes whole pages: of one page all or none.
    found = await store.effort.unanswered(15)
    assert len(found) < 60
    assert found == await store.effort.unanswered(15)


async def test_who_was_asked_and_let_the_time_pass(store: SqlStore) -> None:
    body = encode_json(context())
    rows = [invitation_row("ann", name, survey="ces", context=body) for name in "abcd"]
    rows += [
        invitation_row("bob", "reminder", survey="ces", context=None, kind="reminder", root=named("a")),
        invitation_row("bob", "old", survey="ces"),
        invitation_row("bob", "nps", context=encode_json(context(survey="nps", metric="nps", scale=(0, 10)))),
    ]
    await plan(store, *rows)
    ends = [("ann", name, "unanswered") for name in "abc"]
    ends += [("bob", "reminder", "unanswered"), ("bob", "old", "unanswered"), ("bob", "nps", "unanswered")]
    await save(
        store,
        changed=[change(customer, name, state) for customer, name, state in ends],
        # Nobody who answered, by whatever question that followed, counts here.
        responses=[response_row("ann", "b", status="off_scale", score=None)],
    )
    assert await store.effort.unanswered(100, "ces") == [body, body]
    assert len(await store.effort.unanswered(100)) == 3
