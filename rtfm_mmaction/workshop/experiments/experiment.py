"""From a grid to its tables and its picture."""

from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Sequence

from matplotlib.figure import Figure

from ...apis.grid.cells import Cell
from ...apis.grid.run_grid import run_grid
from ...visualization.saving import save_figure
from .tables import Row, markdown, read_rows, write_tables

CHART, COMMAND = 'chart.png', 'command.txt'


class Experiment(NamedTuple):
    """A grid and what to make of it.

    Attributes:
        cells (list[Cell]): The runs.
        labels (dict[str, dict[str, str]]): Row -> title of a column -> what
            says which row it is, in the table's order.
        draw (Callable): (rows, figure such as ``anomaly/AUC``) -> picture.
    """

    cells: List[Cell]
    labels: Dict[str, Dict[str, str]]
    draw: Callable[[Dict[str, Row], str], Figure]


def run_experiment(
    experiment: Experiment, out: Path, jobs: int, keys: Sequence[str]
) -> Dict[str, str]:
    """Run what is not finished, then write table and picture.

    ``table.md``, ``table.csv`` and ``chart.png`` hold what could be run.

    Args:
        experiment (Experiment): What.
        out (Path): Folder of the grid.
        jobs (int): Runs at a time.
        keys (Sequence[str]): Figures of the table; the first one is drawn.

    Returns:
        dict[str, str]: Name of each run that failed -> how it ended.

    Raises:
        ValueError: See :func:`run_grid`.
    """
    result = run_grid(experiment.cells, out, jobs)
    rows = read_rows(result.finished, out, keys, experiment.labels)
    if rows:
        write_tables(rows, out)
        save_figure(experiment.draw(rows, keys[0]), out / CHART)
        print(markdown(rows))
    return result.failed
