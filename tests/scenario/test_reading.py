"""The file as YAML: what is read, and what is refused before any field is looked at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import CcsimError, ScenarioError
from ccsim.scenario import load
from ccsim.scenario.origin import plain_value


def test_a_missing_file_is_named():
    with pytest.raises(ScenarioError, match=r"nowhere/none\.yaml: cannot be read \(No such file"):
        load("nowhere/none.yaml")


def test_a_folder_is_not_a_scenario(tmp_path):
    with pytest.raises(ScenarioError, match=r"cannot be read \(Is a directory\)"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "small.yaml: the file is empty"),
        ("# nothing but a remark\n", "small.yaml: the file is empty"),
        ("- name: x\n", "small.yaml:1: found list; allowed: a mapping"),
        ("\n\njust words\n", "small.yaml:3: found str; allowed: a mapping"),
        ("name: Café".encode("latin-1"), "small.yaml: not a UTF-8 text file (byte 9)"),
        ("name: x\x00\n", "small.yaml: not valid YAML: unacceptable character #x0000"),
        ("name: {x\n", "small.yaml:2: not valid YAML: "),
        ("name: a\n---\nname: b\n", "small.yaml:2: not valid YAML: but found another document"),
        ("? [a, b]\n: 3\n", "small.yaml:1: ?: not a name"),
        ("x: {7: a}\n", "small.yaml:1: x.7: not a name"),
        ("? true\n", "small.yaml:1: true: not a name"),
        ("x: " + "[" * 5000 + "]" * 5000, "small.yaml: nested too deeply"),
        ("x: &x [*x]\n", "small.yaml: nested too deeply"),
    ],
)
def test_what_is_no_scenario_at_all_is_refused_with_its_place(desk, content, message):
    assert desk.refused_text(content).startswith(message)


def test_a_byte_order_mark_is_no_obstacle(desk):
    file = desk.write()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load(file).name == "Small"


def test_a_key_given_twice_is_refused_with_its_second_line(desk):
    assert desk.line(more="name: Again\n") == "small.yaml:20: name: given twice; allowed: once"
    nested = desk.line(("employed: 20", "employed: 20\n    employed: 30"))
    assert nested == "small.yaml:17: groups.desk.employed: given twice; allowed: once"


def test_an_alias_bomb_is_refused_without_being_unfolded(desk):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for name, last in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n"
    assert "more than 200000 values" in desk.refused_text(bomb)


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['touch owned']", "!!python/name:os.system", "!mine x"]
)
def test_a_tag_that_would_run_code_is_refused_and_runs_nothing(desk, monkeypatch, tmp_path, tag):
    monkeypatch.chdir(tmp_path)
    assert desk.line(more=f"x: {tag}\n").startswith("small.yaml:20: could not determine a constr")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("False", False),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("010", 10),
        ("09", 9),
        ("-3", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".inf", ".inf"),
        ("~", None),
        ("", None),
        ("2026-02-30", "2026-02-30"),
        ("!!int abc", "abc"),
        ("!!bool maybe", "maybe"),
        ("!!timestamp soon", "soon"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_a_value_means_what_a_planner_reads(text, value):
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


def test_no_is_not_false_and_half_past_twelve_is_not_750(desk):
    assert "found 'no'; allowed: true, false" in desk.line(
        ("rates: {calls: 60}", "rates: {calls: 60}\n  includes_repeats: no")
    )
    opened = desk.load(('hours: {daily: "08:00-20:00"}', "hours: {daily: 12:30-13:30}"))
    assert opened.hours.daily == ((45000.0, 48600.0),)
    assert "found '12:30'" in desk.line(("employed: 20", "employed: 12:30"))


def test_merged_mappings_count_as_written_where_they_are_merged(desk):
    merged = desk.load(
        ("  calls:\n    talk", "  calls: &usual\n    talk"),
        ("rates: {calls: 60}", "rates: {calls: 60, chats: 6}"),
        ("skills: {calls: 1}", "skills: {calls: 1, chats: 2}"),
        ("groups:", "  chats: {<<: *usual, priority: 3}\ngroups:"),
    )
    assert merged.queues["chats"].talk == merged.queues["calls"].talk
    assert merged.queues["chats"].priority == 3


@given(content=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
@settings(deadline=None, max_examples=300)
def test_whatever_a_file_holds_it_loads_or_is_refused(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)
    with pytest.raises(CcsimError):
        load(file)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
    st.sampled_from(["10min", "08:00-20:00", "calls", "desk", "2026-03-02", "nan", "-1h"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.text(max_size=6), st.integers()), inner, max_size=3),
    ),
    max_leaves=6,
)


COMPLETE = cache(lambda: load(Path("docs/complete.yaml")))


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_any_value_in_any_field_is_taken_or_refused_with_the_place(data):
    complete = COMPLETE()
    paths = [".".join(map(str, path)) for path in complete.origin.lines if path]
    paths = [path for path in paths if not path.startswith(("overrides.", "sources."))]
    path, value = data.draw(st.sampled_from(paths)), data.draw(VALUES)
    told = refusal_of(complete, {path: value})
    if told is not None:
        assert "docs/complete.yaml" in told.splitlines()[0]
        assert "function-" not in told
        assert "tuple[" not in told


def refusal_of(scenario, changes):
    try:
        scenario.change(changes)
    except ScenarioError as error:
        return str(error)
    return None
