"""Files beside a source: samples that its tests name, tables that its maps name; read, refused, published with it."""

from pathlib import Path

import pytest

from router.authoring.language.beside import named_files
from router.authoring.language.directory import MAX_TOTAL, read_files
from router.authoring.language.load import check_directory, check_texts, load_directory
from router.authoring.language.load_tests import load_source_tests
from router.authoring.language.nodes import MAX_BYTES
from router.authoring.language.problems import Problems
from router.authoring.packing import pack, unpack
from router.authoring.ruletest import source_reports
from router.service.rule_watch import file_states
from tests.docs.pages import DOCS, blocks

POLICY = b"types: [complaint.resolved]\n"
SOURCE = """
source: desk
topic: raw.desk
interactions:
  - type: complaint.resolved
    id: id
    time: at
    data: {team: {path: agent, map: TABLE, otherwise: {leave_out: true}}}
tests:
  - name: a message from a file
    given: {file: SAMPLE}
    expect: [{type: complaint.resolved, data: {team: Billing}}]
"""
MESSAGE = b'{"id": 1, "at": "2026-01-01T00:00:00Z", "agent": "A-1"}'
ROWS = b"agent,team\nA-1,Billing\n"


def texts(table: bytes = ROWS, *, named: str = "t.csv", sample: str = "samples/m.json") -> dict[str, bytes]:
    source = SOURCE.replace("TABLE", named).replace("SAMPLE", sample)
    files = {"policy.yaml": POLICY, "sources/desk.yaml": source.encode()}
    return files | {"sources/t.csv": table, "sources/samples/m.json": MESSAGE}


def told(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in check_texts(files).problems]


def written(directory: Path, files: dict[str, bytes]) -> Path:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(text)
    return directory


def failures(files: dict[str, bytes]) -> list[tuple[tuple[str, ...], ...]]:
    rules = check_texts(files).rules
    assert rules is not None
    reports = list(source_reports(load_source_tests(files), rules.mappers))
    assert reports
    return [report.differences for report in reports if not report.passed]


def test_a_sample_and_a_table_are_read_and_published_with_the_source(tmp_path: Path) -> None:
    directory = written(tmp_path, texts())
    checked = check_directory(directory)
    assert [str(problem) for problem in checked.problems] == []
    below = {str(Path(name).relative_to(directory)): text for name, text in checked.texts.items()}
    assert set(below) == set(texts())
    rules = load_directory(directory)

    stored, published = unpack(pack(below, rules), 3)
    assert stored == below
    assert failures(stored) == []
    assert published.sources == rules.sources


def test_a_change_of_either_is_another_set_and_seen(tmp_path: Path) -> None:
    directory = written(tmp_path, texts())
    before, states = load_directory(directory).sha256, file_states(directory)
    (directory / "sources" / "t.csv").write_bytes(b"agent,team\nA-1,Billing and more\n")
    assert load_directory(directory).sha256 != before
    assert file_states(directory) != states


@pytest.mark.parametrize(
    "table",
    [
        b"agent;team\r\nA-1;Billing\r\n",
        b"\xef\xbb\xbfagent\tteam\nA-1\tBilling\n\n",
        b'agent,team\n" A-1 ","Billing"\n,\n',
    ],
)
def test_a_table_may_be_written_as_spreadsheets_do(table: bytes) -> None:
    assert told(texts(table)) == []
    assert failures(texts(table)) == []


def test_numbers_and_empty_cells_of_a_table_mean_what_they_mean_in_yaml() -> None:
    rules = check_texts(texts(b"a,b\nA-1,Billing\nA-2,7\nA-3,\nA-4,true\n")).rules
    assert rules is not None
    (mapping,) = rules.sources["desk"].interactions
    assert mapping.data["team"].table == {"A-1": "Billing", "A-2": 7, "A-3": None, "A-4": True}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("files", "place", "words"),
    [
        (texts(b"a,b,c\nA-1,Billing,x\n"), "sources/t.csv:1:1", "3 columns"),
        (texts(b"a,b\nA-1\n"), "sources/t.csv:2:1", "1 columns"),
        (texts(b"a,b\nA-1,x\n\nA-1,y\n"), "sources/t.csv:4:1", "stands here twice"),
        (texts(b"a,b\n\xff,x\n"), "sources/t.csv:1:1", "not UTF-8"),
        (
            texts(b"a,b\nA,x\n" + b"".join(b"k%d,v\n" % n for n in range(10_000))),
            "sources/desk.yaml:8",
            "10,000 rows",
        ),
        (texts(named="../t.csv"), "sources/desk.yaml:8", "beside this one"),
        (texts(named="/etc/t.csv"), "sources/desk.yaml:8", "beside this one"),
        (texts(named="t.txt"), "sources/desk.yaml:8", "beside this one"),
        (texts(named="none.csv"), "sources/desk.yaml:8", "there is no file sources/none.csv"),
        (texts(sample="samples/../../x.json"), "sources/desk.yaml:11", "beside this one"),
        (texts(sample="none.json"), "sources/desk.yaml:11", "there is no file sources/none.json"),
        (texts() | {"sources/samples/m.json": b"x" * (MAX_BYTES + 1)}, "sources/desk.yaml:11", "larger than"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_place(files: dict[str, bytes], place: str, words: str) -> None:
    found = [one for one in told(files) if words in one]
    assert found, told(files)
    assert found[0].startswith(place)


def test_a_body_and_a_file_exclude_each_other_and_one_is_needed() -> None:
    both = texts(sample="samples/m.json, body: {}")
    assert any("exclude each other" in one for one in told(both))
    neither = {name: text.replace(b"file: samples/m.json", b"key: x") for name, text in texts().items()}
    assert any("lacks `body`" in one for one in told(neither))


def test_what_nobody_names_is_not_read_and_what_lies_outside_never(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    directory = written(tmp_path / "rules", texts() | {"sources/customers.csv": b"name\nAnn\n"})
    (directory / "sources" / "samples" / "m.json").unlink()
    (directory / "sources" / "samples" / "m.json").symlink_to(tmp_path / "secret.json")
    checked = check_directory(directory)
    assert not any("customers" in name or "m.json" in name for name in checked.texts)
    codes = [problem.code for problem in checked.problems]
    assert codes.count("R070") == 1
    assert codes.count("R096") == 1
    assert "R200" in codes


def test_names_in_a_message_are_no_names_of_files() -> None:
    body = "given: {body: {map: secret.csv, given: {file: secret.json}}}"
    files = {"a.yaml": SOURCE.replace("given: {file: SAMPLE}", body).encode(), "b.yaml": b"file: x.json\n"}
    assert named_files(files) == {"TABLE"}


def test_files_beside_count_towards_the_bound_of_a_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_TOTAL == 50_000_000
    monkeypatch.setattr("router.authoring.language.directory.MAX_FILES", 3)
    problems = Problems()
    assert len(read_files(written(tmp_path, texts()), problems)) == 3
    assert [problem.code for problem in problems.found] == ["R071"]


def test_the_files_that_the_page_shows_are_right_together(tmp_path: Path) -> None:
    shown = {
        block.info.split()[1]: block.text.encode()
        for block in blocks(DOCS / "rules" / "sources.md")
        if len(block.info.split()) > 1
    }
    assert len(shown) == 3
    checked = check_directory(written(tmp_path, shown | {"policy.yaml": POLICY}))
    assert [str(problem) for problem in checked.problems] == []
    assert failures(checked.texts) == []
