"""Progress bars on the terminal, alike in all tools."""

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


def progress_bars(shown: bool = True) -> Progress:
    """Make bars with a name, a count, and the times gone and to come.

    Args:
        shown (bool): Whether they are drawn. Defaults to True.

    Returns:
        Progress: To be entered. Names of tasks are no markup: they may be
        those of files.
    """
    return Progress(
        TextColumn('{task.description}', markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        disable=not shown,
    )
