"""`python -m tests.tools.mutate STEM...`: mutate the reference and run only the kit against each mutant.

Strategy: cosmic-ray makes and applies the mutants in a copy of the checkout, one session for each stem; the test
command is the kit's own, stopped at the first failure. A mutant that makes it run far longer
than usual counts as killed. What survives is printed with its line, to be explained or turned into a clause. Needs
the `mutate` extra.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

MODULES = {
    "stream": (), "bytestream": ("bytestream",), "sendfile": ("sendfile",), "simple": ("simple",),
    "memory": ("memory",), "file": ("file", "mapping"), "compound": ("compound", "_buckets"),
    "split": ("split", "_tape", "_segment"), "consume": ("consume", "connect", "_reader", "_transport"),
    "producer": ("producerstream", "streamproducer"), "process": ("process", "_pipes"), "generator": ("generator",),
    "buffered": ("buffered", "_bytequeue", "_source"),
}  # fmt: skip
"""The modules that hold a stem's code."""


def _config(stem: str, copy: Path, examples: int) -> str:
    modules = [f"reference/web2stream/{name}.py" for name in MODULES[stem]]
    generic = "--clause stream --clause bytestream " if stem not in ("consume", "process") else ""
    command = f"{sys.executable} -m streamgauge run web2stream --clause {stem} {generic}"
    command += f"--first --no-shrink --examples {examples}"
    return f"""[cosmic-ray]
module-path = {json.dumps(modules)}
timeout = 120.0
excluded-modules = []
test-command = "env PYTHONPATH={copy}/reference:{copy}/conformance {command}"

[cosmic-ray.distributor]
name = "local"
"""


def _sample(session: Path, keep: int) -> None:
    """Leave every n-th mutant to do, so that about `keep` remain, spread over the code."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    with use_db(str(session), WorkDB.Mode.open) as work:
        items = sorted(work.work_items, key=lambda item: (item.mutations[0].start_pos, item.mutations[0].operator_name))
        step = max(1, len(items) // keep)
        for number, item in enumerate(items):
            if number % step:
                work.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def _survivors(session: Path, copy: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the session: for each judged mutant its outcome and what it was."""
    done = subprocess.run(["cosmic-ray", "dump", str(session)], cwd=copy, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        item, result = json.loads(line)
        if result is not None and result["worker_outcome"] == "normal":
            yield result["test_outcome"], item["mutations"][0]


def mutate(stem: str, keep: int, examples: int) -> tuple[int, list[str]]:
    """Run the kit against mutants of a stem's modules.

    Args:
        stem: whose code is mutated and whose clauses (beside the generic ones) judge it.
        keep: about how many mutants to run.
        examples: examples per clause.

    Returns:
        How many mutants were judged, and a line for each survivor.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__"))
        config, session = copy / "mutate.toml", copy / "session.sqlite"
        config.write_text(_config(stem, copy, examples))
        for arguments in (["init", str(config), str(session)], ["baseline", str(config)]):
            subprocess.run(["cosmic-ray", *arguments], cwd=copy, check=True)
        _sample(session, keep)
        subprocess.run(["cosmic-ray", "exec", str(config), str(session)], cwd=copy, check=True)
        outcomes = list(_survivors(session, copy))
        alive = [
            f"{m['module_path']}:{m['start_pos'][0]}:{m['start_pos'][1]} {m['operator_name']} {m['occurrence']}"
            for outcome, m in outcomes
            if outcome == "survived"
        ]
    return len(outcomes), alive


def main() -> int:
    """Mutate the stems named and print their scores."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutate")
    parser.add_argument("stem", nargs="+", choices=[stem for stem, modules in MODULES.items() if modules])
    parser.add_argument("--keep", type=int, default=100, help="about how many mutants of each stem to run")
    parser.add_argument("--examples", type=int, default=40, help="examples per clause")
    options = parser.parse_args()
    for stem in options.stem:
        count, alive = mutate(stem, options.keep, options.examples)
        killed = count - len(alive)
        print(f"{stem}: {killed} of {count} mutants killed ({100 * killed // max(1, count)} %)")
        print(*(f"  survived: {line}" for line in alive), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
