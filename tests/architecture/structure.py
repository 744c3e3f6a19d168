"""`python -m tests.architecture.structure`: rooms, floors, arrows and circles, from the imports."""

import sys
from collections import Counter
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGES = ("router", "consumers")


def room_of(module: str) -> str:
    """The room a module stands in: `router.<room>`, or a package of its own."""
    return (
        ".".join(module.split(".")[:2]) if module.startswith("router.") else module.split(".", maxsplit=1)[0]
    )


def arrows(graph: grimp.ImportGraph) -> Counter[tuple[str, str]]:
    """How many imports lead from one room to another."""
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            above, below = room_of(module), room_of(imported)
            if above != below and below.split(".")[0] in PACKAGES and below != "router":
                found[above, below] += 1
    return found


def circle(edges: Iterable[tuple[str, str]]) -> list[str]:
    """One circle of nodes that know each other, the first of them once more at its end; empty where there is none."""
    try:
        TopologicalSorter(below(edges)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def floors(edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The height of each node over those that know nobody, which stand on floor 1. Raises `CycleError`."""
    known = below(edges)
    height: dict[str, int] = {}
    for node in TopologicalSorter(known).static_order():
        height[node] = 1 + max((height[under] for under in known.get(node, ())), default=0)
    return height


def below(edges: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The nodes that each knows."""
    known: dict[str, set[str]] = {}
    for above, under in edges:
        known.setdefault(above, set()).add(under)
    return known


def file_arrows(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Which module imports which."""
    return [(one, two) for one in graph.modules for two in graph.find_modules_directly_imported_by(one)]


def main() -> int:
    """Prints the structure; 1 where rooms or files know each other in a circle."""
    graph = grimp.build_graph(*PACKAGES)
    found = arrows(graph)
    in_rooms, in_files = circle(found), circle(file_arrows(graph))
    height = {} if in_rooms else floors(found)
    for room in sorted(height, key=lambda one: (-height[one], one)):
        files = list((ROOT / room.replace(".", "/")).rglob("*.py"))
        lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
        print(f"floor {height[room]:2}  {room:20} {len(files):3} files {lines:6,} lines")
    print(f"{len(height)} rooms, {max(height.values(), default=0)} floors, {len(found)} arrows")
    print(f"circle of rooms: {in_rooms or 'none'}; of files: {in_files or 'none'}")
    return 1 if in_rooms or in_files else 0


if __name__ == "__main__":
    sys.exit(main())
