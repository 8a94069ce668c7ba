"""Draws that depend on the seed alone.

Strategy: Hypothesis mixes constants into what it draws that it finds in the source of every local module loaded so far.
With them the same seed gives other examples after another import, in another process or in another order. The kit's own
seeded runs do without; it has no switch for that, so its function is replaced while an item runs. A version of
Hypothesis without that function is left as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis.internal.conjecture import providers

_NAME = "_get_local_constants"


@contextmanager
def seed_alone() -> Iterator[None]:
    """Leave out the constants of local modules inside; what was drawn with them before does not count either."""
    module: Any = providers
    found = getattr(module, _NAME, None)
    if found is None:
        yield
        return
    none = module.Constants()
    setattr(module, _NAME, lambda: none)
    module.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        setattr(module, _NAME, found)
        module.CONSTANTS_CACHE.cache.clear()
