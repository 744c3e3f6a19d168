"""Drafts of sources from any JSON objects: each can be read, and nothing makes drafting raise."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from router.sources.numbers import decoded
from tests.unit.authoring.test_source_drafting import drafted, problems

NAMES = st.text(max_size=12) | st.sampled_from(
    ["id", "event", "type", "a.b", 'q"q', "$x", "customer", "status", "at", "[0]", "#", ": "]
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
BODIES = st.dictionaries(
    NAMES,
    st.recursive(
        VALUES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)


@settings(deadline=None)
@given(st.lists(BODIES, min_size=1, max_size=3))
def test_any_objects_make_a_draft_that_can_be_read(bodies: list[dict[str, Any]]) -> None:
    texts = [json.dumps(body, ensure_ascii=False) for body in bodies]
    try:
        parsed = [decoded(text.encode("utf-8")) for text in texts]
    except (UnicodeEncodeError, ValueError):
        return
    draft = drafted(*parsed)
    assert not {"R003", "R005", "R006", "R012", "R193", "R194"} & set(problems(draft)), draft.text
