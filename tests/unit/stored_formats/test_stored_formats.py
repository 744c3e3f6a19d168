"""What earlier versions stored is read as what it was, and a format does not change unnoticed."""

import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from router.authoring.language.load import load_texts
from router.authoring.packing import unpack
from router.decide.simulation import Simulation
from router.model.encoding import encode_json
from router.model.interaction import Interaction
from router.rules.in_force import InForce
from tests.unit.stored_formats.values import CUSTOMER, FOLDERS, FORMATS, moment


def stored(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


REVISIONS = [path for folder in FOLDERS for path in sorted(folder.glob("revision*"))]


@pytest.mark.parametrize("path", [path for folder in FOLDERS for path in sorted(folder.iterdir())], ids=str)
def test_what_was_stored_is_read_as_what_it_was(path: Path) -> None:
    form = FORMATS[path.name]
    assert form.read(path.read_bytes()) == form.value


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_today_is_the_newest_format(name: str) -> None:
    form = FORMATS[name]
    assert form.write(form.value) == (FOLDERS[-1] / name).read_bytes(), (
        "the stored format is another one: keep the folders, make the next with"
        " `python -m tests.unit.stored_formats NAME`, and tell in the changelog"
    )


@pytest.mark.parametrize("path", REVISIONS, ids=str)
def test_a_stored_revision_decides_as_its_texts_do(path: Path) -> None:
    _, packed = unpack(zlib.compress(path.read_bytes()), 12)
    fresh = load_texts(FORMATS[path.name].value)

    assert {name: one.definition for name, one in packed.maps.items()} == {
        name: one.definition for name, one in fresh.maps.items()
    }
    # A list of values is a tuple when it was read from YAML: stored, both are one array.
    assert encode_json([entry.rule for entry in packed.index.rules]) == encode_json(
        [entry.rule for entry in fresh.index.rules]
    )
    assert (packed.surveys, packed.sha256) == (fresh.surveys, fresh.sha256)
    assert encode_json(packed.policy) == encode_json(fresh.policy)
    assert replace(packed.policy, never_ask_while=None) == replace(fresh.policy, never_ask_while=None)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_stored_customer_goes_on_under_a_stored_revision(folder: Path) -> None:
    """The planned question counts on, is cancelled by what its rule names, and the journey moves from where it stood."""
    bodies = stored(folder)
    _, rules = unpack(zlib.compress(bodies["revision"]), 12)
    going_on = Simulation(InForce(rules), [FORMATS["state"].read(bodies["state"])])
    before = moment("2026-11-20T10:00:00")

    reopened = Interaction(
        "/crm", "e-9", "complaint.reopened", before, "c-42", "phone", None, {"case_id": "K-9"}
    )
    decision = going_on.take(reopened, before + timedelta(seconds=1)).decision
    happened = going_on.drained()

    assert (decision.reason, decision.journey, decision.instance, decision.step) == (
        "no_rule_matched", "complaint", "K-9", "reopened",
    )  # fmt: skip
    assert [(str(changed.was.id), changed.change.reason) for changed in happened.changed] == [
        (CUSTOMER.invitations[-1].id, "cancelled_by_event")
    ]
    complaint, *_ = going_on.customers["c-42"].journeys
    assert complaint.signals["reopens"] == 1
    assert going_on.customers["c-42"].seq > CUSTOMER.seq
