"""The reproducer: a kit-free Python script that shows a violation with the subject alone."""

from streamgauge.timeline import Timeline


def reproducer(timeline: Timeline) -> str:
    """Write the rows that are code as a script."""
    return "\n".join(row.call for row in timeline.rows if row.code)
