"""The engine on a Dask cluster, which the extra [cluster] brings: blocks go to workers, sums come back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from commonground._exceptions import NotInstalled

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Part = TypeVar("Part")

TRIES = 5  # how often a block is given out anew when its worker was lost


class Cluster:
    """Workers that all see the folder in which the blocks lie."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def each(self, do: Callable[[Item], Part], items: Sequence[Item]) -> list[Part]:
        """What `do` gives for each item; what a lost worker had is done again by another."""
        futures = self.client.map(do, items, pure=False, retries=TRIES)
        gathered: list[Part] = self.client.gather(futures)
        return gathered


@contextmanager
def cluster(address: str | None = None, workers: int | None = None) -> Iterator[Cluster]:
    """The cluster whose scheduler is at this address, else one of processes on this machine.

    Raises NotInstalled, and ValueError where no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise NotInstalled("The engine on a cluster needs dask and distributed", "cluster") from None
    own: Any = None
    if address is None:
        own = LocalCluster(
            n_workers=workers or os.cpu_count() or 1,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=50,  # a lost worker is no news to who waits for a map
        )
    try:
        client = Client(own or address, timeout=30)
    except (OSError, ValueError):
        raise ValueError(f"no Dask scheduler answers at {address}: look whether it runs there.") from None
    try:
        yield Cluster(client)
    finally:
        client.close()
        if own is not None:
            own.close()
