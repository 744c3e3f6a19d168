"""A key is declared once: reading, schema, suggestions and the rows of the documentation come from it."""

from jsonschema import Draft7Validator

from router.authoring.language.files import FILES
from router.authoring.language.keys import Block, block, listing, named, optional, required
from router.authoring.language.kinds import FLAG, NAME, TEXTS, choice, whole
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems
from router.authoring.language.tables import rows


class SpoutKeys(Block):
    """A spout."""

    width = optional(whole(1), "how wide, in millimetres", 5)


class PotKeys(Block):
    """A pot."""

    id = required(NAME, "its name", hint="such as `id: blue`")
    from_ = optional(TEXTS, "where [it](pots.md) comes from", ())
    lid = optional(FLAG, "whether it has one", True)
    glaze = optional(choice("salt", "ash"), "its glaze", names="survey")
    spout = optional(block(SpoutKeys), "where it pours")


class ShelfKeys(Block, free=True):
    """A shelf."""

    pots = required(listing(PotKeys, "a pot"), "the pots")
    kilns = optional(named(SpoutKeys, "kiln {name!r}"), "the kilns", {})


def shelf(text: str) -> tuple[ShelfKeys, list[str]]:
    problems = Problems()
    node = read("shelf.yaml", text.encode(), problems)
    assert node is not None
    keys = ShelfKeys(node, "a shelf", problems)
    return keys, [str(problem) for problem in problems.ordered()]


def test_values_have_their_types_and_what_is_left_out_its_default() -> None:
    keys, problems = shelf("pots: [{id: blue, from: Delft, spout: {width: 7}}, {id: 7, lid: false}]\nroom: 3")
    assert problems == []
    assert keys.further == {"room": 3}
    blue, seven = keys.pots or []
    assert (blue.id, blue.from_, blue.lid, blue.glaze) == ("blue", ("Delft",), True, None)
    assert blue.spout is not None
    assert blue.spout.width == 7
    assert (seven.id, seven.from_, seven.lid, seven.spout) == ("7", (), False, None)
    assert blue.fields() == {"id": "blue", "from": ("Delft",), "lid": True, "spout": blue.spout}
    assert [one.what for one in keys.nested()] == ["a shelf", "a pot", "`spout`", "a pot"]


def test_every_mistake_is_told_at_its_place_in_one_reading() -> None:
    keys, problems = shelf(
        "pots:\n- {lid: yes, glase: ash}\n- {id: [], glaze: soda}\n- {id: red, glaze: [ash]}\n- 7\nkilns: {hot: {width: 0}}"
    )
    assert problems == [
        "shelf.yaml:2:3: R011 a pot lacks `id` (such as `id: blue`)",
        "shelf.yaml:2:9: R012 `lid` must be true or false, not 'yes' (write `lid: true`)",
        "shelf.yaml:2:14: R014 unknown key in a pot: 'glase' (did you mean 'glaze'?)",
        "shelf.yaml:3:8: R012 `id` must be text, not a list (write one text behind the colon)",
        "shelf.yaml:3:19: R013 unknown value of `glaze` 'soda' (known: ash, salt)",
        "shelf.yaml:4:20: R013 unknown value of `glaze` 'a list' (known: ash, salt)",
        "shelf.yaml:5:3: R012 a pot holds keys, and here is a number only: 7 (write {id: 7})",
        "shelf.yaml:6:22: R012 `width` must be a whole number of at least 1, not 0 (1 or more)",
    ]
    assert [pot.sound for pot in keys.pots or []] == [False] * 4
    assert keys.kilns["hot"].width == 5


def test_a_block_can_be_confined_to_some_of_its_keys() -> None:
    problems = Problems()
    node = read("pot.yaml", b"{id: blue, lid: true}", problems)
    assert node is not None
    pot = PotKeys(node, "a pot", problems, known=["lid"], closed=True)
    assert pot.lid
    assert [problem.code for problem in problems.found] == ["R014"]


def test_the_schema_refuses_what_reading_refuses() -> None:
    schema = {**ShelfKeys.schema(), "definitions": ShelfKeys.definitions()}
    Draft7Validator.check_schema(schema)
    valid = Draft7Validator(schema).is_valid
    assert valid({"pots": [{"id": "blue", "from": "Delft", "spout": {"width": 7}}], "room": 3})
    assert not valid({})
    assert not valid({"pots": [{}]})
    assert not valid({"pots": [{"id": "blue", "glase": "ash"}]})
    assert not valid({"pots": [{"id": "blue", "spout": {"width": 0}}]})
    pot = PotKeys.schema()["properties"]
    assert pot["from"]["description"] == "Where it comes from."
    assert pot["lid"]["default"] is True
    assert pot["spout"]["description"] == "Where it pours."


def test_the_documentation_has_a_row_for_each_key_and_for_those_inside() -> None:
    assert list(rows(PotKeys)) == [
        "| `id` | its name | required |",
        "| `from` | where [it](pots.md) comes from | none |",
        "| `lid` | whether it has one | `true` |",
        "| `glaze` | its glaze | none |",
        "| `spout` | where it pours | none |",
        "| `spout.width` | how wide, in millimetres | `5` |",
    ]


def test_every_kind_of_file_is_known_by_keys_of_its_own() -> None:
    opening = [key for file in FILES.values() for key in file.opens]
    assert len(opening) == len(set(opening)) > 15
    assert all(file.schema()["description"] for file in FILES.values())
