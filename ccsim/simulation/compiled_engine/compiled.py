"""How the functions of the engine are compiled: once each, and as parts of one program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import AnalysisPass, register_pass
from numba.core.typed_passes import AnnotateTypes

from ccsim.distributions.jit import once

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function that only compiled code calls.

    Numba compiles a function anew for every literal number it is called with, makes it callable
    from Python, keeps it in its cache, and optimises it together with everything it calls, though
    its callers are optimised with all of that again. Here none of that is of use: numbers are
    taken as numbers, and only whole programs (`engine.play_all`, `engine.play_straight`) are
    optimised, called and kept. So the first start takes half the time.
    """
    compile_with: Any = numba.njit  # some of its options are not in its types
    made = compile_with(
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        error_model="numpy",
        pipeline_class=_Part,
    )(function)
    return once(made)


class _PartLibrary(JITCodeLibrary):
    """Code of a function that is never called by itself: linked, not made into machine code."""

    def finalize(self) -> None:
        for other in dict.fromkeys(self._linking_libraries):
            self._final_module.link_in(other._get_module_for_linking(), preserve=True)
        self._finalized = True

    @property
    def codegen(self) -> Any:
        """Code generation that hangs no environment on machine code which is not there."""
        return _Quiet()


class _Quiet:
    def set_env(self, _name: str, _environment: Any) -> None:
        """Nothing to set."""


@register_pass(mutates_CFG=False, analysis_only=True)
class _MakePart(AnalysisPass):
    """Give the function a library that is not made into machine code by itself."""

    _name = "ccsim_make_part"

    def __init__(self) -> None:
        AnalysisPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


class _Part(CompilerBase):
    """Compile as usual, but for that."""

    def define_pipelines(self) -> list[Any]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_MakePart, AnnotateTypes)
        passes.finalize()
        return [passes]
