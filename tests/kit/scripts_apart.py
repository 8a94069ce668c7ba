"""Runs a reproducer, given as standard input, in this process, with the broken port of this name for its subject.

It is for scripts that start processes: those end with this one, or with its process group.
"""

import sys

from tests.broken import zoo

if __name__ == "__main__":
    subject = next(one for one in zoo() if f"{one.clause}-{one.name}" == sys.argv[1]).build()
    assert subject.port is not None
    sys.modules["broken"] = subject.port.module
    exec(compile(sys.stdin.read(), "reproducer", "exec"), {"__name__": "reproducer"})
