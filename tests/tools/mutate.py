"""`python -m tests.tools.mutate STEM...`: mutate the reference and run only the kit against each mutant.

Strategy: cosmic-ray makes and applies the mutants in a copy of the checkout, one session for each stem; the test
command is the kit's own, and prints its verdicts, from which the clauses that each mutant is blamed on are read. A
mutant that makes it run far longer than usual counts as killed, without a name. Annotations are left out: no stream
acts on them; and so is `==` for `is`, which for None and for values that equal only themselves is the same. What
survives, and what has more than one name, is printed as a diff, to be explained or turned into a clause. With `--score`
only what kills is asked for: the stem's own clauses judge first, and the first failure ends the run, which takes a
fraction of the time. Needs the `mutate` extra.
"""

import argparse
import ast
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]

MODULES = {
    "bytestream": ("bytestream",), "sendfile": ("sendfile",), "simple": ("simple",),
    "memory": ("memory",), "file": ("file", "mapping"), "compound": ("compound", "_buckets"),
    "split": ("split", "_tape", "_segment"),
    "consume": ("consume", "connect", "_reader", "_input", "_transport", "_address"),
    "producer": ("producerstream", "_producerside", "streamproducer", "_flow", "_reply"),
    "process": ("process", "_pipes"), "generator": ("generator", "_streamiterator"),
    "buffered": ("buffered", "_gathering", "_bytequeue", "_source"),
    "module": ("adapters", "stream"),
}  # fmt: skip
"""The modules that hold a stem's code."""

OFFERED = {
    "bytestream": "MemoryStream CompoundStream fallbackSplit", "memory": "MemoryStream",
    "sendfile": "FileStream CompoundStream SENDFILE_LIMIT SENDFILE_THRESHOLD",
    "simple": "SimpleStream MemoryStream FileStream", "file": "FileStream mmapwrapper MMAP_LIMIT MMAP_THRESHOLD",
    "compound": "CompoundStream", "split": "fallbackSplit TruncaterStream PostTruncaterStream substream",
    "consume": "readStream readAndDiscard readIntoFile connectStream",
    "producer": "ProducerStream StreamProducer", "process": "ProcessStreamer", "generator": "generatorToStream",
    "buffered": "BufferedStream", "module": "",
}  # fmt: skip
"""The names that a mutant is judged by, as a partial port; all names where none stands here."""

COSMIC_RAY = str(Path(sys.executable).with_name("cosmic-ray"))

PATIENCE = 120
"""Seconds of computing after which a mutant is killed that makes the kit run on and on; of the wall, ten times that."""


def _config(stem: str, copy: Path, examples: int, *, score: bool) -> str:
    modules = [f"reference/web2stream/{name}.py" for name in MODULES[stem]]
    target = "web2stream"
    if OFFERED[stem]:
        target = "mutant"
        names = f"IStream IByteStream ISendfileableStream SendfileBuffer {OFFERED[stem]}".replace(" ", ", ")
        (copy / "reference" / "mutant.py").write_text(f"from web2stream import {names}\n")
    run = f"{sys.executable} -m streamgauge run {target} --no-shrink --examples {examples}"
    command = f"{run} --first --clause {stem} && exec {run} --first" if score else f"exec {run} --json /dev/stdout"
    limited = f"ulimit -t {PATIENCE}; export PYTHONPATH={copy}/reference:{copy}/conformance; {command}"
    return f"""[cosmic-ray]
module-path = {json.dumps(modules)}
timeout = {10.0 * PATIENCE}
excluded-modules = []
test-command = {json.dumps(shlex.join(["sh", "-c", limited]))}

[cosmic-ray.distributor]
name = "local"
"""


def _annotated(path: Path) -> set[int]:
    """Give the lines of annotations, of imports, and of what only type checkers see."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        part: ast.stmt | ast.expr | None = None
        if isinstance(node, ast.arg | ast.AnnAssign):
            part = node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            part = node.returns
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            part = node
        if part is not None:
            lines.update(range(part.lineno, (part.end_lineno or part.lineno) + 1))
    return lines


def _sample(session: Path, copy: Path, keep: int) -> None:
    """Leave every n-th mutant to do, so that about `keep` remain, spread over the code."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    def idle(item: Any) -> bool:
        mutation = item.mutations[0]
        typing = "BitOr" in mutation.operator_name or "AddNot" in mutation.operator_name
        typing = typing and mutation.start_pos[0] in _annotated(copy / mutation.module_path)
        same = mutation.operator_name.endswith(("Is_Eq", "IsNot_NotEq"))
        return typing or same or "RemoveDecorator" in mutation.operator_name

    with use_db(str(session), WorkDB.Mode.open) as work:
        items = sorted(
            work.work_items,
            key=lambda item: (str(item.mutations[0].module_path), item.mutations[0].start_pos, item.job_id),
        )
        live = [item for item in items if not idle(item)]
        step = max(1, len(live) // keep)
        kept = {item.job_id for item in live[::step]}
        for item in items:
            if item.job_id not in kept:
                work.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


class Mutant(NamedTuple):
    """A judged mutant: whether it was killed, by which clauses it was named (none if the run was cut), and its diff."""

    killed: bool
    names: tuple[str, ...]
    text: str


def _judged(session: Path, copy: Path) -> Iterator[Mutant]:
    """Read the session, leaving out what was not run."""
    done = subprocess.run([COSMIC_RAY, "dump", str(session)], cwd=copy, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        item, result = json.loads(line)
        if result is not None and result["worker_outcome"] == "normal":
            mutation = item["mutations"][0]
            where = f"{mutation['module_path']}:{mutation['start_pos'][0]} {mutation['operator_name']}"
            text = f"{where}\n{_changed(result.get('diff') or '')}"
            yield Mutant(result["test_outcome"] != "survived", _names(result.get("output") or ""), text)


def _names(output: str) -> tuple[str, ...]:
    """Read the clauses that failed from the JSON that ends the output of a run."""
    _, begin, document = output.partition("\n{\n")
    if not begin:
        return ()
    verdicts = json.loads("{" + document)["verdicts"]
    return tuple(
        sorted({verdict["clause"] for verdict in verdicts if verdict["outcome"] in ("fail", "error", "not-exercised")})
    )


def _changed(diff: str) -> str:
    lines = diff.splitlines()[2:]
    return "\n".join(f"    {line}" for line in lines if line.startswith(("+", "-")) and line[1:].strip())


def mutate(stem: str, keep: int, examples: int, *, score: bool = False) -> list[Mutant]:
    """Run the kit against mutants of a stem's modules.

    Args:
        stem: whose code is mutated and whose clauses (beside the generic ones) judge it.
        keep: about how many mutants to run.
        examples: examples per clause.
        score: stop at the first failure of each mutant, so that they have no names.

    Returns:
        The mutants that were judged.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__"))
        config, session = copy / "mutate.toml", copy / "session.sqlite"
        config.write_text(_config(stem, copy, examples, score=score))
        for arguments in (["init", str(config), str(session)], ["baseline", str(config)]):
            subprocess.run([COSMIC_RAY, *arguments], cwd=copy, check=True)
        _sample(session, copy, keep)
        subprocess.run([COSMIC_RAY, "exec", str(config), str(session)], cwd=copy, check=True)
        return list(_judged(session, copy))


def main() -> int:
    """Mutate the stems named and print their scores."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutate")
    parser.add_argument("stem", nargs="+", choices=list(MODULES))
    parser.add_argument("--keep", type=int, default=100, help="about how many mutants of each stem to run")
    parser.add_argument("--examples", type=int, default=40, help="examples per clause")
    parser.add_argument("--score", action="store_true", help="only whether they are killed, which is sooner told")
    options = parser.parse_args()
    for stem in options.stem:
        mutants = mutate(stem, options.keep, options.examples, score=options.score)
        killed = [mutant for mutant in mutants if mutant.killed]
        named = [mutant for mutant in killed if mutant.names]
        for mutant in mutants:
            if not mutant.killed:
                print(f"  survived: {mutant.text}")
            elif len(mutant.names) > 1:
                print(f"  named {', '.join(mutant.names)}: {mutant.text}")
        one = sum(len(mutant.names) == 1 for mutant in named)
        share = 100 * len(killed) // max(1, len(mutants))
        names = "" if options.score else f"; {one} of {len(named)} that have verdicts under one name"
        print(f"{stem}: {len(killed)} of {len(mutants)} mutants killed ({share} %){names}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
