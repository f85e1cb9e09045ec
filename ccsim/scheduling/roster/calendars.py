"""Calendars for people: RFC 5545 text, a file each.

Times are written in UTC, so that every program shows them by its own clock and no time-zone rules
have to be carried; the local times stand in the description.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pandas as pd

from ccsim.files import replacing
from ccsim.scheduling.roster.result import Roster

FOLD = 75  # octets a line at most
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def to_ical(roster: Roster, folder: str | Path) -> list[Path]:
    """Write a calendar for each person; see `Roster.to_ical`."""
    written = []
    names = [one.name for one in roster.planned.employees]
    files = _file_names(names)
    activities = dict(tuple(roster.duty.groupby("agent")))
    for name, shifts in roster.assignments.groupby("person"):
        path = Path(folder, files[name])
        text = calendar(roster, str(name), shifts, activities[name])
        with replacing(path) as unfinished:
            unfinished.write_bytes(text.encode("utf-8"))
        written.append(path)
    return written


def calendar(roster: Roster, name: str, shifts: pd.DataFrame, activities: pd.DataFrame) -> str:
    """Write one person's calendar as text, lines folded and ended as RFC 5545 asks."""
    scenario = roster.planned.scenario
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ccsim//roster//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(f'{scenario.name}: {name}')}",
        f"X-WR-TIMEZONE:{scenario.timezone}",
    ]
    for shift in shifts.itertuples():
        own = activities[activities["shift"] == shift.shift]
        parts = [
            f"{part.start:%H:%M}-{part.end:%H:%M} {part.activity}"
            for part in own.itertuples()
            if part.activity != "work"
        ]
        local = f"{shift.start:%H:%M}-{shift.end:%H:%M} {scenario.timezone}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_identity(scenario.name, name, str(shift.date))}",
            # The roster's first moment: the same roster gives the same file.
            f"DTSTAMP:{_utc(roster.assignments['start'].min())}",
            f"DTSTART:{_utc(shift.start)}",
            f"DTEND:{_utc(shift.end)}",
            f"SUMMARY:{_text(f'{shift.group} {shift.start:%H:%M}-{shift.end:%H:%M}')}",
            f"DESCRIPTION:{_text(chr(10).join([local, *parts]))}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _file_names(names: list[str]) -> dict[str, str]:
    """A file name for each person: letters, digits and - of the name, told apart where alike."""
    files: dict[str, str] = {}
    for name in names:
        stem = re.sub(r"[^\w-]+", "_", name).strip("_") or "person"
        taken = {file.lower() for file in files.values()}
        number, file = 1, f"{stem}.ics"
        while file.lower() in taken:
            number += 1
            file = f"{stem}_{number}.ics"
        files[name] = file
    return files


def _identity(*parts: str) -> str:
    """A lasting name of a person's day: a roster that changes moves its event."""
    return f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}@ccsim"


def _utc(moment: pd.Timestamp) -> str:
    return f"{moment.tz_convert('UTC'):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(ESCAPES)


def _folded(line: str) -> str:
    """Fold a line after at most 75 octets, between characters."""
    folded, length = [], 0
    for character in line:
        size = len(character.encode("utf-8"))
        if length + size > FOLD:
            folded.append("\r\n ")
            length = 1
        folded.append(character)
        length += size
    return "".join(folded)
