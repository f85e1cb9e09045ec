"""Work on a Dask cluster: checked before it starts, in order, and safe when a worker dies.

`distributed` is used itself rather than through joblib, whose Dask backend waits for ever when a
task fails outside its own code: a worker that cannot import ccsim, or that dies again and again.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from ccsim.errors import ClusterError
from ccsim.simulation.fingerprint import Fingerprint, fingerprint

if TYPE_CHECKING:
    from distributed import Client, Future

Result = TypeVar("Result")

# How long to wait for the scheduler, for a first worker and for all to answer, s.
ANSWER_WITHIN = 15.0
# Tasks on their way for each core of the cluster: none is ever idle, and results stay few.
AHEAD = 3


def on_cluster(calls: Iterable[Callable[[], Result]], address: str) -> Iterator[Result]:
    """Run calls on the workers of a Dask scheduler; results come in the order of the calls.

    Parameters
    ----------
    address
        Of the scheduler, e.g. ``tcp://10.0.0.1:8786``.

    Raises
    ------
    ClusterError
        When the scheduler or its workers do not answer in time, have another ccsim, or die again
        and again.
    """
    with _client(address) as client:
        _same_everywhere(client, address)
        waiting: deque[Future] = deque()
        for call in calls:
            # Pickled here and now: arrays that Dask unpacks are read-only, for which everything
            # would be compiled anew.
            waiting.append(client.submit(_called, pickle.dumps(call), pure=False))
            while len(waiting) > AHEAD * max(sum(client.ncores().values()), 1):
                yield _result(client, waiting.popleft(), address)
        while waiting:
            yield _result(client, waiting.popleft(), address)


def _called(call: bytes) -> Any:
    """Unpack a call on a worker and make it."""
    return pickle.loads(call)()


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "cluster: the package distributed is not installed; install ccsim[cluster]"
        ) from None
    try:
        client = Client(address, timeout=ANSWER_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"cluster: no Dask scheduler at {address!r} answered within {ANSWER_WITHIN:g} s "
            f"({error}); allowed: the address that 'dask scheduler' prints, e.g. tcp://10.0.0.1:8786"
        ) from None
    try:
        yield client
    finally:
        client.close()


def _same_everywhere(client: Client, address: str) -> None:
    """Refuse workers that would not compute what this machine would."""
    try:
        client.wait_for_workers(1, timeout=ANSWER_WITHIN)
    except TimeoutError:
        raise ClusterError(
            f"cluster: the scheduler at {address} has no worker after {ANSWER_WITHIN:g} s; start "
            f"some: dask worker {address}"
        ) from None
    here = fingerprint()
    # A function of the standard library first: it can be sent to who has no ccsim.
    for worker, found in _asked(client, address, version, "ccsim").items():
        if not isinstance(found, str):
            raise ClusterError(
                f"cluster: worker {worker} has no ccsim; install ccsim {here.ccsim} there and "
                "start it again"
            )
    for worker, there in _asked(client, address, fingerprint).items():
        if there != here:
            raise ClusterError(f"cluster: worker {worker} {_differs(here, there)}")


def _asked(client: Client, address: str, call: Callable[..., Any], *given: Any) -> dict[str, Any]:
    """Ask every worker; what went wrong comes back instead of an answer."""
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(client.run, call, *given, on_error="return")
        try:
            found: dict[str, Any] = answer.result(timeout=ANSWER_WITHIN)
        except TimeoutError:
            client.close()
            raise ClusterError(
                f"cluster: a worker of {address} does not answer within {ANSWER_WITHIN:g} s; "
                "restart it"
            ) from None
    return found


def _differs(here: Fingerprint, there: object) -> str:
    if not isinstance(there, Fingerprint):
        return f"cannot say which ccsim it has ({there!r}); install ccsim {here.ccsim} there"
    name = next(name for name in Fingerprint._fields if getattr(here, name) != getattr(there, name))
    what = {"ccsim": "ccsim", "code": "ccsim, code"}.get(name, name)
    return (
        f"has {what} {getattr(there, name)}, this machine {getattr(here, name)}; install the same "
        "on every machine and start the workers again"
    )


def _result(client: Client, future: Future, address: str) -> Any:
    """Wait for a result, as long as there is somebody to make it."""
    from distributed import CancelledError, KilledWorker

    while True:
        try:
            return future.result(timeout=ANSWER_WITHIN)
        except TimeoutError:
            if not client.ncores():
                raise ClusterError(
                    f"cluster: all workers of {address} are gone; start some and try again"
                ) from None
        except (KilledWorker, CancelledError) as error:
            raise ClusterError(f"cluster: {address}: a task was lost for good ({error})") from None
