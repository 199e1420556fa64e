"""Makes the next items in another thread while the last is being used."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

_WAITING = 4
"""Items that may wait."""
_END: Final = object()


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, a few of them made in advance; what making them raises is raised in their place."""
    waiting: queue.Queue[object] = queue.Queue(_WAITING)
    ended = threading.Event()
    maker = threading.Thread(target=_make, args=(items, waiting, ended), name="ahead", daemon=True)
    maker.start()
    try:
        while (item := waiting.get()) is not _END:
            if isinstance(item, _Fault):
                raise item.error
            yield item  # type: ignore[misc]  # the queue holds what `items` gave
    finally:
        ended.set()
        while maker.is_alive():
            _empty(waiting)
            maker.join(0.01)


@dataclass(frozen=True)
class _Fault:
    error: BaseException


def _make(items: Iterator[T], waiting: "queue.Queue[object]", ended: threading.Event) -> None:
    try:
        for item in items:
            waiting.put(item)
            if ended.is_set():
                return
        waiting.put(_END)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the thread that uses the items is to have it
        waiting.put(_Fault(error))


def _empty(waiting: "queue.Queue[object]") -> None:
    try:
        while True:
            waiting.get_nowait()
    except queue.Empty:
        return
