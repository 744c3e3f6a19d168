import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_part_of_the_router_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    placed = set(re.findall(r"router\.(\w+)", " ".join(layers)))
    present = {path.stem for path in (ROOT / "router").glob("*.py")}
    present |= {path.parent.name for path in (ROOT / "router").glob("*/__init__.py")}

    assert present - placed == {"__init__"}
