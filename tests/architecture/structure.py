"""`python -m tests.architecture.structure`: rooms, floors, arrows and circles, from the imports."""

import sys
from collections import Counter
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


def circles(edges: set[tuple[str, str]]) -> list[list[str]]:
    """Groups of nodes that reach each other."""
    below: dict[str, set[str]] = {}
    for above, under in edges:
        below.setdefault(above, set()).add(under)

    def reached(start: str) -> set[str]:
        seen, todo = set[str](), [start]
        while todo:
            for node in below.get(todo.pop(), ()):
                if node not in seen:
                    seen.add(node)
                    todo.append(node)
        return seen

    reach = {node: reached(node) for node in below}
    together = {
        frozenset(other for other in reach[node] if node in reach.get(other, ()))
        for node in below
        if node in reach[node]
    }
    return [sorted(group) for group in together]


def floors(rooms: set[str], edges: set[tuple[str, str]]) -> dict[str, int]:
    """The height of each room over those that know nobody, which stand on floor 1. There are no circles."""
    height = dict.fromkeys(rooms, 1)
    for _ in rooms:
        for above, below in edges:
            height[above] = max(height[above], height[below] + 1)
    return height


def main() -> int:
    """Prints the structure; 1 where rooms or files know each other in a circle."""
    graph = grimp.build_graph(*PACKAGES)
    found = arrows(graph)
    rooms = {room_of(module) for module in graph.modules} - {"router"}
    by_file = {(one, two) for one in graph.modules for two in graph.find_modules_directly_imported_by(one)}
    in_rooms, in_files = circles(set(found)), circles(by_file)
    height = {} if in_rooms else floors(rooms, set(found))
    for room in sorted(rooms, key=lambda one: (-height.get(one, 0), one)):
        files = list((ROOT / room.replace(".", "/")).rglob("*.py")) or [ROOT / f"{room.replace('.', '/')}.py"]
        lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
        print(f"floor {height.get(room, 0):2}  {room:20} {len(files):3} files {lines:6,} lines")
    print(f"{len(rooms)} rooms, {max(height.values(), default=0)} floors, {len(found)} arrows")
    print(f"circles of rooms: {in_rooms or 'none'}; of files: {in_files or 'none'}")
    return 1 if in_rooms or in_files else 0


if __name__ == "__main__":
    sys.exit(main())
