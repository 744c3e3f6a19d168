"""What is imported is declared: a dependency of a dependency may go with its next version."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"router", "consumers", "tests", "benchmarks"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Installed for the benchmarks only, so nothing here can say which distribution they come from.
OF_BENCHMARKS = {"cel": ["common-expression-language"], "zen": ["zen-engine"]}
DISTRIBUTIONS = {**packages_distributions(), **OF_BENCHMARKS}


def named(requirements: list[str]) -> set[str]:
    return {
        re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-").replace(".", "-")
        for requirement in requirements
    }


def imported(package: str) -> dict[str, str]:
    """The third-party packages that are imported, each with a file that does."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for top in {name.split(".")[0] for name in names} - OURS - set(sys.stdlib_module_names):
                found[top] = str(path.relative_to(ROOT))
    return found


@pytest.mark.parametrize(
    ("package", "groups"),
    [("router", ()), ("consumers", ()), ("tests", ("dev",)), ("benchmarks", ("dev", "bench"))],
)
def test_every_import_is_declared(package: str, groups: tuple[str, ...]) -> None:
    declared = named(PROJECT["project"]["dependencies"])
    for group in groups:
        declared |= named(PROJECT["dependency-groups"][group])

    packages = imported(package)
    assert packages or package == "consumers"
    assert [
        f"{top} in {path}"
        for top, path in packages.items()
        if not declared & named(DISTRIBUTIONS.get(top, [top]))
    ] == []
