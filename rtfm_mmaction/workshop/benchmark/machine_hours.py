"""What extraction costs, by a model of one product.

A machine's hours are those of the video, times its snippets a second, times
the seconds that a snippet takes with all its crops::

    hours * fps / snippet_len * seconds

Reading pixels runs beside the network, and start-up (a few seconds a process)
is left out, as is waiting for the longest shard.
"""

from math import ceil
from typing import Dict, Iterable, Sequence, Tuple

from ..markdown import markdown_table

# Seconds of a snippet on 2 cores of an AMD EPYC that knows bfloat16, the
# larger figure of the ranges in docs/performance.md (--only extraction).
MEASURED: Dict[Tuple[str, int, str], float] = {
    ('I3D ResNet-50', 1, 'fp32'): 0.10,
    ('I3D ResNet-50', 1, 'bf16'): 0.058,
    ('I3D ResNet-50', 10, 'fp32'): 0.94,
    ('I3D ResNet-50', 10, 'bf16'): 0.58,
    ('Inception I3D', 1, 'fp32'): 0.14,
    ('Inception I3D', 1, 'bf16'): 0.083,
    ('Inception I3D', 10, 'fp32'): 1.5,
    ('Inception I3D', 10, 'bf16'): 0.81,
}
HOURS = (100, 10_000, 1_000_000)
WEEK = 7 * 24  # hours


def machine_hours(
    hours: float,
    seconds: float,
    fps: float = 25.0,
    snippet_len: int = 16,
    step: int = 1,
) -> float:
    """Tell how long one machine takes.

    Args:
        hours (float): Of video, >= 0.
        seconds (float): That a snippet takes with all its crops, >= 0.
        fps (float): Frames per second of the video, > 0. Defaults to 25.
        snippet_len (int): Frames of a snippet. Defaults to 16.
        step (int): Every so many-th frame is taken. Defaults to 1.

    Returns:
        float: Hours.

    Examples:
        >>> machine_hours(100, seconds=0.64)
        100.0
        >>> machine_hours(100, seconds=0.64, step=2)
        50.0
    """
    return hours * fps / (snippet_len * step) * seconds


def hours_table(steps: Iterable[int] = (1, 2)) -> str:
    """Write the table of ``docs/scale.md``.

    Args:
        steps (Iterable[int]): Frame steps. Defaults to 1 and 2.

    Returns:
        str: Markdown: of each network, crops, precision and step the hours of
        one machine for :data:`HOURS` of video, and how many machines take
        the middle one of these in a week.
    """
    rows = []
    for (network, crops, dtype), seconds in MEASURED.items():
        for step in steps:
            taken = [
                machine_hours(hours, seconds, step=step) for hours in HOURS
            ]
            rows.append(
                (network, crops, dtype, step, seconds)
                + tuple(f'{value:,.0f}'.replace(',', ' ') for value in taken)
                + (ceil(taken[1] / WEEK),)
            )
    return markdown_table(_head(), rows, words=1)


def _head() -> Sequence[str]:
    return (
        *('network', 'crops', 'type', 'frame step', 's a snippet'),
        *(f'{hours:,} h'.replace(',', ' ') for hours in HOURS),
        'machines for 10 000 h in a week',
    )
