"""What every duration can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import OptionError

FloatArray: TypeAlias = NDArray[np.float64]
X = TypeVar("X", float, FloatArray)


class Distribution(ABC):
    """A random duration in seconds, never negative.

    Every function of a time takes a number or an array and answers in kind. Subclasses are
    frozen dataclasses; they are checked when made and raise `OptionError`.

    Attributes
    ----------
    mean : float
        Mean, seconds.
    variance : float
        Variance, seconds squared.

    Examples
    --------
    >>> from ccsim.distributions import Exponential
    >>> Exponential(mean=180).sf(180.0)
    0.36787944117144233
    """

    if TYPE_CHECKING:  # a field of some subclasses and a property of others

        @property
        def mean(self) -> float:
            """Mean, seconds."""

    def __post_init__(self) -> None:
        """Check the parameters and keep them as floats."""
        self._check()

    @property
    @abstractmethod
    def variance(self) -> float:
        """Variance, seconds squared."""

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """Times, in seconds, at which the density jumps; whoever integrates splits there."""
        return ()

    @abstractmethod
    def code(self) -> tuple[int, FloatArray]:
        """Return the kind and the parameters by which compiled code knows this distribution.

        Returns
        -------
        kind : int
            One of `ccsim.distributions.kinds`.
        params : ndarray of float64, shape (p,)
            As listed there.

        Examples
        --------
        >>> from ccsim.distributions import Exponential
        >>> Exponential(mean=180).code()
        (1, array([180.]))
        """

    def cdf(self, x: X) -> X:
        """Return the probability of lasting at most `x` seconds.

        Examples
        --------
        >>> from ccsim.distributions import Constant
        >>> Constant(30).cdf(30.0)
        1.0
        """
        return _like(x, lambda t: np.where(t < 0, 0.0, self._cdf(np.maximum(t, 0.0))))

    def sf(self, x: X) -> X:
        """Return the probability of lasting longer than `x` seconds.

        Computed on its own, so that small tails keep their relative accuracy.

        Examples
        --------
        >>> from ccsim.distributions import Exponential
        >>> Exponential(mean=1).sf(200.0)
        1.3838965267367376e-87
        """
        return _like(x, lambda t: np.where(t < 0, 1.0, self._sf(np.maximum(t, 0.0))))

    def hazard(self, x: X) -> X:
        """Return the rate, per second, of ending at `x` when still going: density over sf.

        Infinite from the time on by which everyone has ended.

        Examples
        --------
        >>> from ccsim.distributions import Exponential
        >>> Exponential(mean=200).hazard(60.0)
        0.005
        """
        return _like(x, lambda t: np.where(t < 0, 0.0, self._hazard(np.maximum(t, 0.0))))

    def limited_mean(self, x: X) -> X:
        """Return the mean of min(duration, `x`), seconds: the integral of `sf` from 0 to `x`.

        With the patience as duration this is the mean wait of a caller offered a wait of `x`.

        Examples
        --------
        >>> from ccsim.distributions import Constant
        >>> Constant(30).limited_mean(20.0)
        20.0
        """
        return _like(x, lambda t: self._limited_mean(np.maximum(t, 0.0)) + np.minimum(t, 0.0))

    def ppf(self, u: X) -> X:
        """Return the quantile: the duration that a share `u` does not outlast.

        Runs the very code by which the simulator draws, `compiled.quantile`.

        Raises
        ------
        OptionError
            `u` is not in [0, 1).

        Examples
        --------
        >>> from ccsim.distributions import Empirical
        >>> Empirical((0, 10, 40)).ppf(0.75)
        25.0
        """
        # Imported here because numba takes as long to import as the rest of the room together.
        from ccsim.distributions import compiled

        def kernel(shares: FloatArray) -> FloatArray:
            outside = ~((shares >= 0) & (shares < 1))
            if np.any(outside):
                found = np.atleast_1d(shares)[np.atleast_1d(outside)][0]
                raise OptionError(f"{type(self).__name__}.ppf: u is {found}; allowed: 0 <= u < 1")
            kind, params = self.code()
            return compiled.quantiles(kind, params, shares)

        return _like(u, kernel)

    # What a subclass fills in; times are arrays of any shape, never negative.

    @abstractmethod
    def _check(self) -> None: ...

    @abstractmethod
    def _cdf(self, x: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _sf(self, x: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _hazard(self, x: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _limited_mean(self, x: FloatArray) -> FloatArray: ...

    def _keep(self, **checked: float | tuple[float, ...]) -> None:
        """Store checked parameters: the one moment at which a frozen dataclass may change."""
        for name, value in checked.items():
            object.__setattr__(self, name, value)


def _like(x: X, kernel: Callable[[FloatArray], FloatArray]) -> X:
    """Apply `kernel` to `x` as an array and answer with a float when `x` is a number."""
    values = np.asarray(x, dtype=np.float64)
    answer = kernel(values)
    return cast(X, float(answer) if values.ndim == 0 else answer)
