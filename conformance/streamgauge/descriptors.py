"""Descriptors: a subject that leaves files open must not take the rest of the run with it.

Strategy: what is left open is for the clauses to judge. Here it is only seen to that the next example has descriptors:
there may be more of them, and once many are taken those of files are closed that the kit made for examples long over.
"""

import contextlib
import gc
import os
from pathlib import Path
from typing import Final

PREFIX: Final = "streamgauge-"
"""How the name begins of each folder that the kit makes for an example."""

_MOST: Final = 16_384
"""Descriptors that are asked for: some programs close each that there might be."""

_STEP: Final = 100

_many = 400
"""Descriptors in use after which some are given back; systems grant at least 1024 as a rule."""


def allow_more() -> None:
    """Raise the number of descriptors that this process may have, as far as it may."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _MOST if hard == resource.RLIM_INFINITY else min(_MOST, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def spare() -> None:
    """Close files of examples that are over, if the subject has left many open; without /proc none are closed."""
    global _many  # noqa: PLW0603 - what is open and no such file is not looked through before each example
    try:
        os.fstat(_many)  # the lowest free number is always taken, so this one is in use only if about as many are
    except OSError:
        return
    gc.collect()  # what still has an owner is closed by it
    for number in range(_MOST):  # to list them would need one
        with contextlib.suppress(OSError):
            target = str(Path(f"/proc/self/fd/{number}").readlink())
            if f"{os.sep}{PREFIX}" in target and target.endswith(" (deleted)"):
                os.close(number)
    with contextlib.suppress(OSError):
        os.fstat(_many)
        _many += _STEP
