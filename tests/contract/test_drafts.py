import asyncio

import pytest

from router.model.drafts import DraftChanged, DraftEnded, DraftFile, NoSuchDraft
from router.store import SqlStore
from router.store.drafts import KEPT_VERSIONS
from tests.contract.rows import NOON, after

ROUTES = "routes/complaint.yaml"


def saved(text: bytes | None, version: int, author: str = "Ada", file: str = ROUTES) -> DraftFile:
    return DraftFile(file, version, text, author, after(version))


async def test_a_draft_begins_without_changes(store: SqlStore) -> None:
    number = await store.drafts.start("Ask later", 3, "Ada", NOON)
    (draft,) = await store.drafts.drafts()
    assert draft == await store.drafts.draft(number)
    assert (draft.name, draft.base, draft.author, draft.started_at) == ("Ask later", 3, "Ada", NOON)
    assert (draft.changed, draft.changed_at, draft.ended_at) == (0, None, None)
    assert await store.drafts.files(number) == {}


async def test_several_begin_at_once(store: SqlStore, other: SqlStore) -> None:
    begun = [one.drafts.start("Idea", 1, "Ada", NOON) for one in (store, other) for _ in range(4)]
    assert sorted(await asyncio.gather(*begun)) == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_the_last_saving_of_each_file_counts(store: SqlStore) -> None:
    number = await store.drafts.start("Ask later", 3, "Ada", NOON)
    another = await store.drafts.start("Ask less", 3, "Bo", NOON)
    await store.drafts.save(number, saved(b"rules: []", 1))
    await store.drafts.save(number, saved(b"rules: [{}]", 2, "Bo"))
    await store.drafts.save(number, saved(None, 1, file="surveys/nps.yaml"))
    await store.drafts.save(another, saved(b"groups: {}", 1))
    assert await store.drafts.files(number) == {
        ROUTES: saved(b"rules: [{}]", 2, "Bo"),
        "surveys/nps.yaml": saved(None, 1, file="surveys/nps.yaml"),
    }
    draft = await store.drafts.draft(number)
    assert (draft.changed, draft.changed_at) == (2, after(2))


async def test_the_second_of_two_is_told_and_nothing_is_lost(store: SqlStore, other: SqlStore) -> None:
    number = await store.drafts.start("Ask later", 3, "Ada", NOON)
    await store.drafts.save(number, saved(b"Ada's", 1))
    with pytest.raises(DraftChanged, match=f"Ada saved {ROUTES} meanwhile") as told:
        await other.drafts.save(number, saved(b"Bo's", 1, "Bo"))
    assert told.value.now == saved(b"Ada's", 1)
    await other.drafts.save(number, saved(b"Bo's", 2, "Bo"))
    assert [one.text for one in await store.drafts.versions(number, ROUTES)] == [b"Bo's", b"Ada's"]


async def test_of_many_at_once_one_is_saved(store: SqlStore, other: SqlStore) -> None:
    number = await store.drafts.start("Ask later", 3, "Ada", NOON)
    texts = [f"text {name}".encode() for name in range(6)]
    stores = [store, other] * 3
    saving = [one.drafts.save(number, saved(text, 1)) for one, text in zip(stores, texts, strict=True)]
    results = await asyncio.gather(*saving, return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [DraftChanged] * 5


async def test_a_file_is_not_kept_for_ever(store: SqlStore) -> None:
    number = await store.drafts.start("Ask later", 3, "Ada", NOON)
    for version in range(1, KEPT_VERSIONS + 3):
        await store.drafts.save(number, saved(b"%d" % version, version))
    versions = [one.version for one in await store.drafts.versions(number, ROUTES)]
    assert versions == list(range(KEPT_VERSIONS + 2, 2, -1))


async def test_a_draft_that_ended_stays_as_it_is(store: SqlStore) -> None:
    number = await store.drafts.start("Ask later", 3, "Ada", NOON)
    await store.drafts.rebase(number, 4)
    await store.drafts.end(number, after(1), revision=5)
    draft = await store.drafts.draft(number)
    assert (draft.base, draft.revision, draft.ended_at) == (4, 5, after(1))
    assert await store.drafts.drafts() == []
    for change in (
        store.drafts.save(number, saved(b"late", 1)),
        store.drafts.rebase(number, 5),
        store.drafts.end(number, after(2)),
    ):
        with pytest.raises(DraftEnded, match=f"draft {number} was proposed or given up"):
            await change


async def test_a_draft_that_is_not_there(store: SqlStore) -> None:
    for asked in (store.drafts.draft(7), store.drafts.save(7, saved(b"", 1)), store.drafts.end(7, NOON)):
        with pytest.raises(NoSuchDraft, match="there is no draft 7"):
            await asked
