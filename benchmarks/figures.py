"""Figures: ours, the bare reference's, their ratio, and the table they stand in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``met`` is None for a figure nothing was asked of."""

    what: str
    ours: str
    bare: str = ""
    ratio: str = ""
    asked: str = ""
    met: bool | None = None


def at_least(what: str, ours: float, bare: float, share: float, unit: str) -> Figure:
    """Compare a rate: ours is asked to reach a share of the bare one."""
    return Figure(
        what,
        f"{ours:,.0f} {unit}",
        f"{bare:,.0f} {unit}",
        f"{ours / bare:.1%}",
        f"≥ {share:.0%}",
        ours >= share * bare,
    )


def at_most(what: str, ours: float, bare: float, times: float, unit: str = "ms") -> Figure:
    """Compare a duration or a size: ours is asked to stay below a multiple of the bare one."""
    return Figure(
        what,
        f"{ours:,.1f} {unit}",
        f"{bare:,.1f} {unit}",
        f"{ours / bare:.2f} ×",
        f"≤ {times:g} ×",
        ours <= times * bare,
    )


def none_of(what: str, count: int, among: str) -> Figure:
    """A fault that must not happen once."""
    return Figure(what, f"{count} ({among})", asked="0", met=count == 0)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def table(figures: Iterable[Figure]) -> str:
    """Lay figures out as a Markdown table that also reads well in a terminal."""
    head = ("measure", "ours", "bare", "ratio", "asked", "")
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
    return (figure.what, figure.ours, figure.bare, figure.ratio, figure.asked, verdict)
