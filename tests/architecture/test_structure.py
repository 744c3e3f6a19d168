import grimp

from tests.architecture.structure import PACKAGES, arrows, circles, floors, room_of


def test_no_rooms_and_no_files_know_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES)
    files = {(one, two) for one in graph.modules for two in graph.find_modules_directly_imported_by(one)}

    assert circles(set(arrows(graph))) == []
    assert circles(files) == []


def test_circles_and_floors() -> None:
    assert circles({("a", "b"), ("b", "c"), ("c", "b")}) == [["b", "c"]]
    assert floors({"a", "b", "c"}, {("a", "b"), ("b", "c"), ("a", "c")}) == {"a": 3, "b": 2, "c": 1}
    assert [room_of(name) for name in ("router.kafka.embedded.log", "router", "consumers.app")] == [
        "router.kafka",
        "router",
        "consumers",
    ]
