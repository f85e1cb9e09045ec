"""Reporting: the outcome of the whole chain for people to read, in English or Chinese.

`Facts` holds the tables of the rooms below. From it come a one-screen `summary`, a
self-contained `html_report` that works offline, and an Excel `workbook` a planner can paste
from. All begin with the inputs that are assumptions; every word comes from `ccsim.text`.
"""

from ccsim.reporting.facts import Facts
from ccsim.reporting.report import html_report
from ccsim.reporting.summary import summary
from ccsim.reporting.workbook import workbook

__all__ = ["Facts", "html_report", "summary", "workbook"]
