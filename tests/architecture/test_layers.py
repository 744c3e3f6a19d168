"""The import contracts hold for all there is, and are shown to fail where one import breaks them."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any, Final

import grimp
import pytest
from importlinter.configuration import configure
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

ROOT: Final = Path(__file__).parents[2]
CONFIGURED: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS: Final[dict[str, dict[str, Any]]] = {one["id"]: one for one in CONFIGURED["contracts"]}
TYPES: Final = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}
configure()
LAYERS: Final[list[str]] = CONTRACTS["layers"]["layers"]


def _rooms(layer: str) -> list[str]:
    return re.findall(r"[\w.]+", layer)


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(*CONFIGURED["root_packages"], include_external_packages=True, cache_dir=None)


def kept(contract: str, imports: grimp.ImportGraph, importer: str = "", imported: str = "") -> bool:
    """Whether a contract holds, with one more import where one is named."""
    graph = deepcopy(imports)
    if importer:
        assert {importer, imported} <= graph.modules
        graph.add_import(importer=importer, imported=imported)
    options = CONTRACTS[contract]
    checked = TYPES[options["type"]](options["name"], CONFIGURED, options)
    return bool(checked.check(graph, verbose=False).kept)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_contract_holds(contract: str, imports: grimp.ImportGraph) -> None:
    assert kept(contract, imports)


def upward() -> Iterator[tuple[str, str]]:
    """For each layer, each room of it that imports one of the layer above."""
    for above, below in pairwise(LAYERS):
        for room in _rooms(below):
            yield room, _rooms(above)[0]


def sideways() -> Iterator[tuple[str, str]]:
    """Each two rooms of a layer that must not know each other."""
    for layer in LAYERS:
        if "|" in layer:
            yield from permutations(_rooms(layer), 2)


@pytest.mark.parametrize(("importer", "imported"), [*upward(), *sideways()])
def test_an_import_against_the_layers_breaks_the_contract(
    importer: str, imported: str, imports: grimp.ImportGraph
) -> None:
    assert not kept("layers", imports, importer, imported)


@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [
        *(("core", room, "asyncio") for room in CONTRACTS["core"]["source_modules"]),
        ("kafka", "router.service.monitor", "aiokafka"),
        ("database", "router.insights.why", "sqlalchemy"),
        ("faststream", "consumers.interactions", "faststream"),
        ("screen", "router.service.roles", "typer"),
        ("circles", "router.settings.settings", "router.contract.asyncapi"),
        ("circles", "router.flow.messages", "router.flow.relay"),
    ],
)
def test_an_import_that_a_contract_forbids_breaks_it(
    contract: str, importer: str, imported: str, imports: grimp.ImportGraph
) -> None:
    assert not kept(contract, imports, importer, imported)


def test_every_part_of_the_router_has_its_layer(imports: grimp.ImportGraph) -> None:
    placed = {room for layer in LAYERS for room in _rooms(layer)}
    assert imports.find_children("router") | {"consumers"} == placed


def test_no_room_is_missing_from_what_holds_for_the_core() -> None:
    """All below `flow`, what authors use beside it, and reports as people see them."""
    flow = next(number for number, layer in enumerate(LAYERS) if "router.flow" in layer)
    core = {room for layer in LAYERS[flow + 1 :] for room in _rooms(layer)} | {
        "router.authoring",
        "router.pages",
    }
    assert set(CONTRACTS["core"]["source_modules"]) == core


def test_every_folder_with_code_is_seen(imports: grimp.ImportGraph) -> None:
    """A folder without an `__init__` would be in no room, and no contract would hold for it."""
    folders = {
        file.parent.relative_to(ROOT)
        for root in CONFIGURED["root_packages"]
        for file in (ROOT / root).rglob("*.py")
        if "migrations" not in file.parts  # Alembic finds these by their path
    }
    assert {".".join(folder.parts) for folder in folders} <= imports.modules
