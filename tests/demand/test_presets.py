"""Exports of the common systems, made here after their documentation, read by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from ccsim.demand import check_history, read_history
from ccsim.demand.exports import preset_named, preset_names
from ccsim.errors import HistoryError, OptionError

OFFERED = [12.0, 15.0, 0.0, 1234.0]
SECONDS = [192.0, 200.5, None, 65.0]
CLOCKS = ["08:00", "08:30", "09:00", "09:30"]


def with_lines(
    path: Path, above: str, rows: pd.DataFrame, below: str = "", **options: object
) -> Path:
    encoding = str(options.pop("encoding", "utf-8"))
    text = above + rows.to_csv(index=False, lineterminator="\n", **options) + below  # type: ignore[call-overload]
    path.write_bytes(text.encode(encoding))
    return path


def genesys(folder: Path) -> tuple[Path, Path]:
    rows = pd.DataFrame(
        {
            "Interval Start": [f"11/9/26 {c[1:]} AM" for c in CLOCKS],
            "Interval End": "",
            "Media Type": "voice",
            "Queue Name": "Claims",
            "Offer": [12, 15, 0, 1234],
            "Answer": [10, 15, 0, 1200],
            "Avg Handle": [192000, 200500, "", 65000.0],
        }
    )
    # One date of the month above twelve says which number is the day.
    later = rows.iloc[[0]].assign(**{"Interval Start": "11/23/26 8:00 AM", "Offer": 7})
    rows = pd.concat([rows, later])
    rows.to_excel(folder / "genesys.xlsx", index=False)
    return with_lines(
        folder / "genesys.csv", "", rows, encoding="utf-8-sig"
    ), folder / "genesys.xlsx"


def connect(folder: Path) -> tuple[Path, Path]:
    rows = pd.DataFrame(
        {
            "Queue": "Claims",
            "StartInterval": [f"2026-11-09T{c}:00.000Z" for c in CLOCKS],
            "EndInterval": "",
            "Contacts queued": [12, 15, 0, 1234],
            "Average handle time": ["00:03:12", "00:03:20.5", "-", "00:01:05"],
        }
    )
    rows.to_excel(folder / "connect.xlsx", index=False)
    return with_lines(folder / "connect.csv", "", rows), folder / "connect.xlsx"


def avaya(folder: Path) -> tuple[Path, Path]:
    rows = pd.DataFrame(
        {
            "Date": "11/23/2026",
            "Time": CLOCKS,
            "Split/Skill": "Claims",
            "ACD Calls": ["10", "15", "0", "1,200"],
            "Avg ACD Time": ["3:00", "3:00", "", "1:00"],
            "Avg ACW Time": [":12", ":20.5", "", ":05"],
            "Aban Calls": [2, 0, 0, 34],
        }
    )
    above = "Split/Skill Summary Interval\nSwitch:\tMain\n\n"
    total = "Totals\t\t\t1225\t1:30\t:06\t36\n"
    table = pd.DataFrame(
        {
            "ROW_DATE": dt.datetime(2026, 11, 23),
            "STARTTIME": [800, 830, 900, 930],
            "SPLIT": "Claims",
            "CALLSOFFERED": [12, 15, 0, 1234],
            "ACDCALLS": [10, 15, 0, 1200],
            "ACDTIME": [1800, 2700, 0, 72000],
            "ACWTIME": [100, 300, 0, 6000],
            "HOLDACDTIME": [20, 7.5, 0, 0],
        }
    )
    table.to_excel(folder / "avaya.xlsx", index=False)
    return with_lines(folder / "avaya.txt", above, rows, total, sep="\t"), folder / "avaya.xlsx"


def zh_cloud(folder: Path) -> tuple[Path, Path]:
    ends = ["08:30", "09:00", "09:30", "10:00"]
    rows = pd.DataFrame(
        {
            "日期": "2026/11/9",
            "时间段": [f"{a}-{b}" for a, b in zip(CLOCKS, ends, strict=True)],
            "技能组": "Claims",
            "呼入量": ["12", "15", "0", "1,234"],
            "接通量": [10, 15, 0, 1200],
            "平均处理时长": ["0:03:12", "0:03:20.5", "--", "0:01:05"],
        }
    )
    total = {"日期": "合计", "呼入量": "1,261"}
    path = with_lines(
        folder / "zh.csv", "技能组话务报表,,,,,\n", rows, "合计,,,1261,,\n", encoding="gb18030"
    )
    cells = rows.assign(
        日期=dt.datetime(2026, 11, 9),
        平均处理时长=[dt.time(0, 3, 12), dt.time(0, 3, 20, 500000), None, dt.time(0, 1, 5)],
    ).astype(object)
    sheet = pd.concat([pd.DataFrame([total]), cells])[rows.columns]
    sheet.to_excel(folder / "zh.xlsx", index=False, startrow=2)
    return path, folder / "zh.xlsx"


EXPORTS = {
    "genesys_cloud": genesys,
    "amazon_connect": connect,
    "avaya_cms": avaya,
    "zh_cloud": zh_cloud,
}


def test_what_a_report_says_above_its_table_holds_for_every_row(tmp_path: Path) -> None:
    lines = [
        "Split/Skill Interval Report",
        "Date:\t11/23/2026",
        "Split/Skill:\tSales",
        "",
        "Time\tACD Calls\tAban Calls\tAvg ACD Time\tAvg ACW Time",
        "9:00 AM-9:30 AM\t40\t3\t3:20\t:30",
        "12:30 PM-1:00 PM\t44\t1\t3:20\t:30",
        "Totals\t84\t4\t\t",
    ]
    text, sheet = tmp_path / "day.txt", tmp_path / "day.xlsx"
    text.write_text("\n".join(lines))
    pd.DataFrame([line.split("\t") for line in lines]).to_excel(sheet, header=False, index=False)
    for file in (text, sheet):
        history = read_history(
            file, columns_preset="avaya_cms", timezone="UTC", interval="30min", missing="keep"
        )
        told = history.table
        assert told["start"].dt.strftime("%m-%d %H:%M").tolist() == ["11-23 09:00", "11-23 12:30"]
        assert told["queue"].unique().tolist() == ["Sales"]
        assert told["offered"].tolist() == [43.0, 45.0]
        assert told["handle_time"].tolist() == [230.0, 230.0]


def test_an_export_read_without_its_preset_is_recognised(tmp_path: Path) -> None:
    for name in ("genesys_cloud", "amazon_connect"):
        text, workbook = EXPORTS[name](tmp_path)
        for path in (text, workbook):
            with pytest.raises(HistoryError, match=f"read it with columns_preset='{name}'"):
                read_history(path)


def test_every_preset_has_an_export_here() -> None:
    assert set(preset_names()) == set(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("form", ["text", "workbook"])
def test_an_export_reads_by_the_name_of_its_system(tmp_path: Path, name: str, form: str) -> None:
    text, workbook = EXPORTS[name](tmp_path)
    history = read_history(
        text if form == "text" else workbook, columns_preset=name, timezone="UTC", missing="keep"
    )
    table = history.table.iloc[:4]
    assert table["offered"].tolist() == OFFERED
    assert history.queues == ("Claims",)
    assert [None if pd.isna(s) else s for s in table["handle_time"]] == pytest.approx(SECONDS)
    assert table["start"].dt.strftime("%H:%M").tolist() == CLOCKS
    assert history.interval == pd.Timedelta("30min")
    assert table["start"].dt.strftime("%m").unique().tolist() == ["11"]


@pytest.mark.parametrize("name", ["avaya_cms", "zh_cloud"])
def test_a_row_of_totals_is_left_out_and_listed_with_its_row(tmp_path: Path, name: str) -> None:
    text, _ = EXPORTS[name](tmp_path)
    findings = check_history(text, columns_preset=name)
    totals = findings[findings["kind"] == "totals row"]
    assert totals[["row", "repair", "done"]].values.tolist() == [
        [9 if name == "avaya_cms" else 7, "drop", True]
    ]


def test_the_channel_of_a_queue_comes_with_it(tmp_path: Path) -> None:
    text, _ = genesys(tmp_path)
    history = read_history(text, columns_preset="genesys_cloud", missing="keep")
    assert history.channels == {"Claims": "voice"}


def test_rows_are_numbered_as_in_the_file_below_lines_of_preamble(tmp_path: Path) -> None:
    text, _ = zh_cloud(tmp_path)
    broken = text.read_bytes().decode("gb18030").replace(",15,", ",fifteen,", 1)
    text.write_bytes(broken.encode("gb18030"))
    with pytest.raises(HistoryError, match="row 4, column '呼入量': found 'fifteen'"):
        read_history(text, columns_preset="zh_cloud")


def test_own_columns_and_formats_override_a_preset(tmp_path: Path) -> None:
    text, _ = connect(tmp_path)
    own = text.read_text().replace("Contacts queued", "Offered to us")
    text.write_text(own)
    with pytest.raises(HistoryError, match="looked for offered as Contacts queued or"):
        read_history(text, columns_preset="amazon_connect")
    history = read_history(text, {"offered": "Offered to us"}, columns_preset="amazon_connect")
    assert history.table["offered"].tolist() == OFFERED
    with pytest.raises(OptionError, match="did you mean 'offered'"):
        read_history(text, {"ofered": "x"}, columns_preset="amazon_connect")


def test_dates_that_can_be_read_in_two_ways_are_not_guessed(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {"Interval Start": ["1/2/26 8:00 AM", "1/2/26 8:30 AM"], "Queue Name": "a", "Offer": [1, 2]}
    )
    path = with_lines(tmp_path / "g.csv", "", rows)
    with pytest.raises(HistoryError, match=r"'1/2/26 8:00 AM' can be read as .* say which"):
        read_history(path, columns_preset="genesys_cloud")
    history = read_history(path, columns_preset="genesys_cloud", time_format="%d/%m/%y %I:%M %p")
    assert history.first_day == pd.Timestamp("2026-02-01")


def test_the_import_file_of_genesys_gives_the_mean_of_its_totals(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "Interval Start UTC Date": ["2026-02-26T00:00:00Z", "2026-02-26T00:15:00Z"],
            "Queue": "a",
            "Media Type": "Voice",
            "Offered": [16, 2],
            "Interactions Handled": [10, 0],
            "Total Handle Time (Seconds)": [2000, 0],
        }
    )
    history = read_history(with_lines(tmp_path / "i.csv", "", rows), columns_preset="genesys_cloud")
    assert history.table["handle_time"].iloc[0] == 200
    assert pd.isna(history.table["handle_time"].iloc[1])


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2026-11-09 08:00-08:30", "08:00"),
        ("2026-11-09 08:00~08:30", "08:00"),
        ("2026/11/09 08:00 至 2026/11/09 08:30", "08:00"),
        ("2026年11月09日 08:00-08:30", "08:00"),
        ("2026-11-09 8:00-8:30", "08:00"),
        ("2026-11-09 08:00:00", "08:00"),
    ],
)
def test_the_first_part_of_a_range_is_the_start(cell: str, wanted: str) -> None:
    rows = pd.DataFrame({"时间段": [cell], "呼入量": [1]})
    history = read_history(rows, columns_preset="zh_cloud", interval="30min")
    assert history.starts.strftime("%H:%M").tolist() == [wanted]


def test_durations_read_the_same_however_they_are_written() -> None:
    written = [dt.timedelta(seconds=75), dt.time(0, 1, 15), "0:01:15", "1:15", "75", 75.0, ":75"]
    starts = pd.date_range("2026-11-09 08:00", periods=len(written), freq="30min")
    rows = pd.DataFrame(
        {"开始时间": starts, "呼入量": 1, "平均处理时长": pd.Series(written, dtype=object)}
    )
    history = read_history(rows, columns_preset="zh_cloud")
    assert history.table["handle_time"].tolist() == [75.0] * len(written)


def test_a_dash_for_a_count_is_no_nought(tmp_path: Path) -> None:
    text, _ = connect(tmp_path)
    text.write_text(text.read_text().replace(",0,-", ",-,-"))
    findings = check_history(text, columns_preset="amazon_connect")
    assert findings[["row", "kind", "repair"]].values.tolist() == [[4, "not a number", "missing"]]


def test_an_unknown_preset_or_another_systems_file_is_refused(tmp_path: Path) -> None:
    text, workbook = connect(tmp_path)
    with pytest.raises(OptionError, match="did you mean 'amazon_connect'"):
        read_history(text, columns_preset="amazon_conect")
    for path in (text, workbook):
        with pytest.raises(HistoryError, match="has no headings of 'avaya_cms'"):
            read_history(path, columns_preset="avaya_cms")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(HistoryError, match="has no headings"):
        read_history(tmp_path / "empty.csv", columns_preset="avaya_cms")
    with pytest.raises(HistoryError, match="no such file"):
        read_history(tmp_path / "none.csv", columns_preset="avaya_cms")


@pytest.mark.parametrize("name", EXPORTS)
def test_a_preset_says_where_it_is_from(name: str) -> None:
    import ccsim.demand

    text = Path(ccsim.demand.__file__).parent.joinpath("presets", f"{name}.yaml").read_text("utf-8")
    assert "# documentation:" in text
    assert "# assumption" in text
    assert preset_named(name).system


OWN = """
columns:
  start: {join: [Day, Clock]}
  offered: [Anrufe]
  handle_time: {total: [Gespräch, Nacharbeit], per: Bearbeitet, unit: min}
time_formats: ["%d.%m.%Y %H:%M"]
separators: [";"]
thousands: "."
"""


def test_a_system_we_do_not_know_is_read_by_a_preset_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "h.csv").write_text(
        "Bericht\n\nDay;Clock;Anrufe;Bearbeitet;Gespräch;Nacharbeit\n"
        "05.01.2026;08:00;1.200;10;30;20\n05.01.2026;08:30;7;0;0;0\n",
        encoding="utf-8",
    )
    history = read_history(tmp_path / "h.csv", columns_preset=str(tmp_path / "own.yaml"))
    assert history.table["offered"].tolist() == [1200, 7]
    assert history.table["handle_time"].iloc[0] == 300


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("columns:", "colums:", "a mapping with an entry columns"),
        ("time_formats", "time_format", "did you mean 'time_formats'"),
        ("  offered: [Anrufe]\n", "", "columns lacks offered"),
        ("  offered:", "  ofered:", "did you mean 'offered'"),
        ("[Day, Clock]", "[Day]", r"columns.start has \{'join': \['Day'\]\}; allowed"),
        ("per: Bearbeitet, ", "", "columns.handle_time has"),
        ("unit: min", "unit: hours", "columns.handle_time has"),
        ('[";"]', '";"', "separators is ';'; allowed: a list of texts"),
        ("columns:", "columns: {", "is not YAML"),
    ],
)
def test_a_preset_of_ones_own_is_checked(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "own.yaml").write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OptionError, match=message):
        preset_named(str(tmp_path / "own.yaml"))
    with pytest.raises(OptionError, match="no such file"):
        preset_named(str(tmp_path / "none.yaml"))
