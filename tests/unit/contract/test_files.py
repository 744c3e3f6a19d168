import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from msgspec.structs import replace

from router.contract import contract_files
from router.contract.__main__ import main
from router.contract.examples import example_invitation, invitation_payload
from router.contract.schemas import standalone

DIRECTORY = Path(__file__).parents[3] / "docs" / "contracts"
FILES = contract_files()


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(FILES[f"{name}.schema.json"]))


def is_valid(event: dict[str, Any]) -> bool:
    return validator("invitation").is_valid(event)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_files_are_those_that_the_code_makes(name: str) -> None:
    committed = (DIRECTORY / name).read_text(encoding="utf-8")
    assert committed == FILES[name], "run `python -m router.contract` and commit docs/contracts"


def test_the_command_writes_every_file(tmp_path: Path) -> None:
    main(tmp_path / "new")
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "new").iterdir()}
    assert written == FILES


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
def test_every_schema_is_a_schema(name: str) -> None:
    schema = json.loads(FILES[name])
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
def test_every_member_of_every_schema_says_what_it_means(name: str) -> None:
    schema = json.loads(FILES[name])
    for part in [schema, *schema["$defs"].values()]:
        for member, told in part.get("properties", {}).items():
            assert told.get("description"), f"{part['title']}.{member}"


def test_a_rendered_invitation_is_valid() -> None:
    validator("invitation").validate(invitation_payload())


def test_an_invitation_without_what_may_be_missing_is_valid() -> None:
    event = example_invitation()
    data = replace(event.data, channel=None, recipient=None, journey=None, response_token=None)
    bare = msgspec.json.decode(msgspec.json.encode(replace(event, data=data, traceparent=None)))
    assert "traceparent" not in bare
    validator("invitation").validate(bare)


@pytest.mark.parametrize("member", ["id", "time", "subject", "data", "specversion", "type", "source"])
def test_an_invitation_without_what_it_must_have_is_not_valid(member: str) -> None:
    event = invitation_payload()
    del event[member]
    assert not is_valid(event)


@pytest.mark.parametrize("scale", [[1], [1, 2, 3], ["1", "5"], None], ids=["one", "three", "texts", "none"])
def test_a_scale_is_two_numbers(scale: Any) -> None:
    event = invitation_payload()
    event["data"]["survey"]["scale"] = scale
    assert not is_valid(event)


def test_a_member_that_a_later_version_adds_is_no_break() -> None:
    event = invitation_payload()
    event["data"]["mood"] = "sunny"
    assert is_valid(event)


def test_a_schema_holds_what_it_refers_to_and_nothing_else() -> None:
    definitions: dict[str, dict[str, Any]] = {
        "Root": {"properties": {"next": {"$ref": "#/$defs/Near"}}},
        "Near": {"items": [{"$ref": "#/$defs/Far"}]},
        "Far": {"properties": {"back": {"$ref": "#/$defs/Root"}}},
        "Stranger": {"type": "null"},
    }
    assert list(standalone("Root", definitions)["$defs"]) == ["Far", "Near"]


def test_a_wrong_invitation_is_told_apart_by_its_member() -> None:
    event = invitation_payload()
    event["data"]["survey"]["polarity"] = "sideways"
    with pytest.raises(ValidationError, match="sideways"):
        validator("invitation").validate(event)
