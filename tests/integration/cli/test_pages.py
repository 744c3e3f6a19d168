"""The parts that pages are put together from."""

from pathlib import Path

import pytest
from markupsafe import Markup

from router.cli.faults import Refused
from router.cli.page_files import write_page
from router.pages.charts import Band, Dot, Line, Mark, Plot, Scale, interval_bar, plot
from router.pages.frame import Column, folded, page, paragraph, table, tiles

HOSTILE = "<script>alert('x')</script>&\x1b[31m"


def test_nothing_that_is_told_is_markup() -> None:
    drawn = Plot(
        HOSTILE, Scale(0, 1), Scale(0, 1), [(0, HOSTILE)], [(1, HOSTILE)],
        [Line([(0, 0), (1, 1)])], [Band([(0, 0), (1, 0)], [(0, 1), (1, 1)])],
        [Dot(0.5, 0.5, HOSTILE, out=True, low=0.1, high=0.9)], [Mark(0.5, HOSTILE)],
    )  # fmt: skip
    parts = [
        paragraph(HOSTILE, soft=True),
        tiles([(HOSTILE, HOSTILE)]),
        table(HOSTILE, [Column(HOSTILE, "name"), Column("score", "drawing")], [[HOSTILE, ""]]),
        folded(HOSTILE, paragraph(HOSTILE)),
        interval_bar(Scale(0, 1), 0.1, 0.9, 0.5, HOSTILE),
        plot(drawn, HOSTILE),
    ]
    for part in [*parts, page(HOSTILE, parts)]:
        assert "<script" not in part
        assert "\x1b" not in part
        assert "&lt;script&gt;" in part


def test_what_lies_beyond_the_scale_is_drawn_at_its_end() -> None:
    assert [Scale(-100, 100).at(value) for value in (-300, -100, 0, 100, 101)] == [0, 0, 50, 100, 100]


def test_a_table_without_rows_is_nothing() -> None:
    assert table("Agents", [Column("agent")], []) == ""
    assert folded("Show as table", Markup("")) == ""


def test_a_page_is_its_owners_and_a_directory_is_refused(tmp_path: Path) -> None:
    write_page(tmp_path / "page.html", page("Scores", [paragraph("None yet.")]))
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="name another file"):
        write_page(tmp_path, "")
