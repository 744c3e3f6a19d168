import grimp

from tests.architecture.structure import PACKAGES, arrows, circle, file_arrows, floors, room_of


def test_no_rooms_and_no_files_know_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES)

    assert circle(arrows(graph)) == []
    assert circle(file_arrows(graph)) == []


def test_circles_and_floors() -> None:
    assert set(circle({("a", "b"), ("b", "c"), ("c", "b")})) == {"b", "c"}
    assert circle({("a", "b"), ("b", "c"), ("a", "c")}) == []
    assert floors({("a", "b"), ("b", "c"), ("a", "c")}) == {"a": 3, "b": 2, "c": 1}
    assert [room_of(name) for name in ("router.kafka.embedded.log", "router", "consumers.app")] == [
        "router.kafka",
        "router",
        "consumers",
    ]
