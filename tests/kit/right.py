"""Right streams: written in as many ways as people write them, and none like the reference. No clause may reject one.

Strategy: each maker stands in the table `RIGHT` with what has to be declared of it. A stream here keeps every promise
and nothing else: what the contract leaves open is done differently by each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.kit.right_holding import Blocks, HundredAhead
from tests.kit.right_later import ClosesLater, Fired, by_delayed_call, by_pool, by_thread, closing_it_takes_time
from tests.kit.right_pieces import (
    Declaring,
    EmptiesBetween,
    SlowsDown,
    Sparse,
    StreamOnly,
    Unknown,
    UnknownForEver,
    bytearrays,
    closures,
    hundreds,
    mapped,
    single_bytes,
    views,
    whole_at_once,
    wide_items,
)
from tests.kit.right_readers import Asyncio, AsyncioByHand, Buffered, LazyFile
from tests.kit.right_workers import by_loop_in_a_thread, by_queue, by_simple_queue
from tests.kit.right_wrapping import (
    Async,
    Padding,
    Passing,
    Prefetching,
    Swallowing,
    TenAhead,
    delegating,
    delegating_source,
)


@dataclass(frozen=True)
class Right:
    """A right stream: its maker and what is declared of it."""

    make: Callable[[Any], Any]
    declared: dict[str, Any] = field(default_factory=dict)


_WRAPS = {"wraps": True}
RIGHT = [
    *map(
        Right,
        [
            single_bytes, hundreds, bytearrays, views, wide_items, mapped, whole_at_once, EmptiesBetween, Sparse,
            SlowsDown, Unknown, UnknownForEver, StreamOnly, closures, Declaring, LazyFile.of, Buffered, Asyncio,
            AsyncioByHand, Fired, ClosesLater, by_delayed_call, by_thread, by_pool, closing_it_takes_time, delegating,
            by_queue, by_simple_queue, by_loop_in_a_thread,
        ],
    ),
    *map(
        partial(Right, declared=_WRAPS),
        [Passing, delegating_source, Async, Swallowing, Padding, Prefetching, TenAhead, HundredAhead, Blocks],
    ),
]  # fmt: skip
