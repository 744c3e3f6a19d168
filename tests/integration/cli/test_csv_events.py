"""Logs in CSV: `backtest` and `diff` read them by a column mapping, as they read the same log in JSON."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from router.cli import lines
from router.cli.example_sets import STARTER
from router.cli.faults import Refused
from router.cli.main import main

COLUMNS = "time=Datum,customer=Klant,type=Soort,order_id=Order,consent:email"
HEAD = "Datum;Klant;Soort;Order\n"

Reading = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """The events of a text of CSV."""

    def read(text: str | bytes, columns: str = COLUMNS) -> list[dict[str, Any]]:
        file = tmp_path / "log.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        with lines.opened(str(file), twice=True, columns=columns) as source:
            first = [(line.number, line.text) for block in source.blocks() for line in block]
            source.rewind()
            assert first == [(line.number, line.text) for block in source.blocks() for line in block]
        return [
            {"line": number} | event
            for number, text in first
            for event in map(json.loads, lines.events_of(text))
        ]

    return read


def interactions(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] != "customer.preferences.v1"]


def test_a_log_in_csv_is_decided_as_the_same_log_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        (f"2026-03-0{day}T10:00:00+01:00", f"C{n}", f"O{day}{n}") for day in range(1, 8) for n in range(1, 20)
    ]
    table = tmp_path / "log.csv"
    table.write_text("when,who,order\n" + "".join(f"{at},{who},{order}\n" for at, who, order in rows))
    log = tmp_path / "log.jsonl"
    with log.open("w") as file:
        for number, (at, who, order) in enumerate(rows, start=2):
            event = {
                "specversion": "1.0",
                "source": "/csv",
                "id": f"line-{number}",
                "time": at,
                "subject": who,
            }
            if at.startswith("2026-03-01"):
                preferences = {"type": "customer.preferences.v1", "id": f"line-{number}-preferences"}
                file.write(json.dumps(event | preferences | {"data": {"consent": ["email"]}}) + "\n")
            file.write(json.dumps(event | {"type": "order.delivered", "data": {"order_id": order}}) + "\n")

    told = []
    for arguments in (
        ["--events", str(log)],
        [
            "--events",
            str(table),
            "--columns",
            "time=when,customer=who,order_id=order,type:order.delivered,consent:email",
        ],
    ):
        decisions = tmp_path / "decisions.jsonl"
        assert main(["backtest", str(STARTER), "--json", "--decisions", str(decisions), *arguments]) == 0
        told.append((json.loads(capsys.readouterr().out), decisions.read_bytes()))
    assert told[0] == told[1]
    assert told[0][0]["interactions"] == len(rows) + 19


def test_what_a_spreadsheet_writes_is_read(reading: Reading) -> None:
    (event,) = interactions(
        reading(
            b"\xef\xbb\xbfsep=;\r\nDatum;Klant;Soort;Bedrag;Tekst;Agent\r\n"
            b'31-12-2025 14:05;C1;order.delivered;12,50;"twee\r\nregels; en ""meer""";007\r\n',
            "time=Datum,customer=Klant,type=Soort,amount=Bedrag,text=Tekst,agent_id=Agent,dates:dmy,times_in:Europe/Amsterdam",
        )
    )
    assert event["time"] == "2025-12-31T13:05:00Z"
    assert event["line"] == 3
    assert event["data"] == {"amount": 12.5, "text": 'twee\r\nregels; en "meer"', "agent_id": "007"}


@pytest.mark.parametrize(
    ("cell", "value"),
    [("7", 7), ("-3", -3), ("007", "007"), ("1.5", 1.5), ("1,5", "1,5"), ("TRUE", True), ("ja", "ja"), ("1e5", "1e5"),
     ("9" * 30, "9" * 30), ("2026-03-01", "2026-03-01")],
)  # fmt: skip
def test_a_cell_is_a_number_only_where_a_program_writes_it_so(
    reading: Reading, cell: str, value: object
) -> None:
    (event,) = reading(f'at,who,x\n2026-03-01T00:00Z,C1,"{cell}"\n', "time=at,customer=who,type:a,x=x")
    assert event["data"] == {"x": value}
    assert type(event["data"]["x"]) is type(value)


def test_the_decimal_sign_can_be_said(reading: Reading) -> None:
    events = reading("at;who;x\n2026-03-01T00:00Z;C1;1.5\n", "time=at,customer=who,type:a,x=x,decimal:point")
    assert events[0]["data"] == {"x": 1.5}


def test_a_row_after_line_breaks_in_quotes_keeps_its_line(reading: Reading) -> None:
    text = 'at,who,x\n2026-03-01T00:00Z,C1,"a\n\n\nb"\n\n2026-03-02T00:00Z,C1,c\n'
    assert [event["line"] for event in reading(text, "time=at,customer=who,type:a,x=x")] == [2, 7]


def test_an_empty_cell_is_no_attribute(reading: Reading) -> None:
    (event,) = reading("at,who,x,y\n2026-03-01T00:00Z,C1,,  \n", "time=at,customer=who,type:a,x=x,y=y")
    assert event["data"] == {}


def test_the_hour_that_comes_twice_is_the_first(reading: Reading) -> None:
    (event,) = reading(
        "at,who\n2025-10-26 02:30,C1\n", "time=at,customer=who,type:a,times_in:Europe/Amsterdam"
    )
    assert event["time"] == "2025-10-26T00:30:00Z"


def test_what_is_known_of_a_customer_is_said_before_and_again_when_it_changes(reading: Reading) -> None:
    events = reading(
        "at,who,yes,kind,lang\n"
        "2026-03-02T00:00Z,C1,email sms,consumer,nl\n"
        "2026-03-03T00:00Z,C1,email sms,consumer,nl\n"
        "2026-03-04T00:00Z,C1,,consumer,nl\n"
        "2026-03-01T00:00Z,C1,,consumer,nl\n",
        "time=at,customer=who,type:a,consent=yes,customer.segment=kind,customer.locale=lang",
    )
    said = [(event["line"], event["data"]) for event in events if event["type"] == "customer.preferences.v1"]
    known = {"segment": "consumer", "locale": "nl"}
    # The last row happened before all others: without it nothing would be known then.
    assert said == [
        (2, known | {"consent": ["email", "sms"]}),
        (4, known | {"consent": []}),
        (5, known | {"consent": []}),
    ]


def test_consent_is_never_made_up(reading: Reading) -> None:
    assert len(reading("at,who\n2026-03-01T00:00Z,C1\n", "time=at,customer=who,type:a")) == 1


def test_a_mapping_file_says_the_same(tmp_path: Path, reading: Reading) -> None:
    mapping = tmp_path / "columns.yaml"
    mapping.write_text(
        "columns: {time: 'Datum, tijd', customer: Klant, type: Soort}\n"
        "values: {channel: phone, vip: true}\n"
        "types: {Klacht opgelost: complaint.resolved}\n"
        "dates: dmy\ntimes_in: Europe/Amsterdam\ndecimal: comma\n"
    )
    events = reading(
        '"Datum, tijd",Klant,Soort\n1-3-2026 09:00,C1,Klacht opgelost\n1-3-2026 10:00,C1,Anders\n',
        str(mapping),
    )
    assert [event["type"] for event in events] == ["complaint.resolved", "Anders"]
    assert events[0]["data"] == {"channel": "phone", "vip": True}


def test_a_gzip_and_standard_input_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{HEAD}2026-03-01T00:00Z;C1;order.delivered;O1\n".encode()
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(text))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    for name in (str(packed), "-"):
        with lines.opened(name, twice=True, columns=COLUMNS) as source:
            assert [line.number for block in source.blocks() for line in block] == [2]


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        (HEAD + "1-2-2026;C1;a;O\n", COLUMNS, "line 2, column Datum: '1-2-2026' may be read in two ways"),
        (HEAD + "1-2-2026;C1;a;O\n", COLUMNS + ",dates:dmy", "line 2, column Datum: '1-2-2026' does not say in which time zone"),
        (HEAD, COLUMNS, "it has no rows under its heading"),
        ("", COLUMNS, "has no rows"),
        (HEAD + "x;C1;a;O\n", COLUMNS, "no row of it can be read"),
        (HEAD + "2026-03-01T00:00Z;C1;a;O;more\n", COLUMNS, "line 2: it has 5 cells and the heading 4"),
        (HEAD + '2026-03-01T00:00Z;"C1;a;O\n', COLUMNS, "line 2: a quote is opened and not closed"),
        (HEAD + '2026-03-01T00:00Z;"C1"x;a;O\n', COLUMNS, "line 2: text follows a closing quote"),
        (HEAD + '2026-03-01T00:00Z;"' + "x" * 1_500_000, COLUMNS, "line 2: a cell has more than 1,000,000"),
        (HEAD + "x" * 3_000_000, COLUMNS, "line 2: it is longer than"),
        (HEAD.encode() + b"2026-03-01T00:00Z;Andr\xe9;a;O\n", COLUMNS, "is not UTF-8 (byte 0xe9): save it as `CSV UTF-8`"),
        (b"PK\x03\x04 a spreadsheet", COLUMNS, "is a zip archive or a spreadsheet: save it as `CSV UTF-8`"),
        ("Datum;Datum\n", COLUMNS, "more than one column 'Datum'"),
        (HEAD, "time=Datum,customer=Klant,type=soort", "has no column 'soort' for type: did you mean 'Soort'?"),
        (HEAD, "time=Datum", "Which column of"),
        (HEAD, "Datum", "neither key=column nor key:value"),
        (HEAD, "time=Datum,time=Klant", "time is named twice"),
        (HEAD, "time=Datum,a b=Klant", "'a b' is no name"),
        (HEAD, COLUMNS + ",dates:european", "none of dmy, mdy and ymd"),
        (HEAD, COLUMNS + ",times_in:Amsterdam", "is no time zone: write one such as Europe/Amsterdam"),
        (HEAD, COLUMNS + ",decimal:;", "neither comma nor point"),
        (HEAD, "missing.yaml", "missing.yaml cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where_and_what_to_do(
    reading: Reading, text: str | bytes, columns: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        reading(text, columns)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colums: {time: Datum}\n", "there is no 'colums': did you mean 'columns'?"),
        ("columns: [time]\n", "under `columns` stand lines such as `time: Date`"),
        ("- time\n", "does not say what columns mean"),
        ("columns: {time: \n", "columns.yaml:"),
    ],
)
def test_a_mapping_file_that_is_wrong_says_so(
    tmp_path: Path, reading: Reading, text: str, words: str
) -> None:
    mapping = tmp_path / "columns.yaml"
    mapping.write_text(text)
    with pytest.raises(Refused) as refused:
        reading(HEAD, str(mapping))
    assert words in str(refused.value)


def test_single_rows_that_cannot_be_read_are_told_and_left_out(
    reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = "".join(f"32-1-2026 1{n % 10}:00;C{n};a;O\n" for n in range(30))
    events = reading(
        f"{HEAD}{broken}1-1-2026 10:00;C1;a;O\n;C1;a;O\n1-1-2026;C1;;O\n", COLUMNS + ",dates:dmy,times_in:UTC"
    )
    assert [event["line"] for event in interactions(events)] == [32]
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith(
        "log.csv, line 2, column Datum: '32-1-2026 10:00' is no day that is written as dmy: check --dates."
    )
    assert len(said) == 21
    assert said[-1] == "32 rows of 33 cannot be read and are left out."


def test_diff_reads_csv_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "log.csv"
    table.write_text(HEAD + "2026-03-01T10:00:00Z;C1;order.delivered;O1\n")
    sides = ["diff", str(STARTER), str(STARTER), "--json"]
    assert main([*sides, "--events", str(table), "--columns", COLUMNS]) == 0
    assert json.loads(capsys.readouterr().out)["effect"]["interactions"] == 2
    assert main([*sides, "--columns", COLUMNS]) == 2
    assert "add --events" in capsys.readouterr().err


def test_csv_without_a_mapping_says_how_to_give_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "log.csv"
    table.write_text(HEAD + "2026-03-01T10:00:00Z;C1;order.delivered;O1\n")
    assert main(["backtest", str(STARTER), "--events", str(table)]) == 2
    assert "--columns time=COLUMN" in capsys.readouterr().err
