"""A cell of a grid of experiments: one training run in a folder of its own.

``OUT/<row>/seed<k>/`` holds what a run of ``tools/train.py`` writes, the
printed log (``log.txt``) and ``cell.json``, which says what was asked for::

    {"settings": {...},    # the whole config, of plain JSON values
     "finished": true,     # training and tests have ended
     "seconds": 41.3}      # of the run; null where it was stopped meanwhile
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

from mmengine.config import Config
from rich.text import Text

from ...io.atomic import atomic_path
from ...io.reading import read_json
from ..running import check_keys, load_config

RECORD, RESULT, LOG = 'cell.json', 'result.json', 'log.txt'
# Of the differences between two configs an error shows so many lines.
MAX_LINES = 8


class Cell(NamedTuple):
    """One training run.

    Attributes:
        row (str): Row of the table, and folder, such as ``pdc+fm``.
        seed (int): Of the run.
        config (str): Path of a config file.
        overrides (tuple[dict, ...]): For ``Config.merge_from_dict``, one
            after the other.
    """

    row: str
    seed: int
    config: str
    overrides: Tuple[dict, ...] = ()

    @property
    def name(self) -> str:
        """``<row>/seed<k>``, also the folder below ``OUT``."""
        return f'{self.row}/seed{self.seed}'


def cell_config(cell: Cell, out: Path) -> Config:
    """The config that ``tools/train.py`` would train by.

    Args:
        cell (Cell): Which.
        out (Path): Folder of the grid.

    Returns:
        Config: Complete, but that C is left to the data where it was.

    Raises:
        FileNotFoundError: If there is no such config file.
        ValueError: If a key looks like a misspelt one.
    """
    config = load_config(
        cell.config, work_dir=str(out / cell.name), fill_channels=False
    )
    for overrides in cell.overrides:
        config.merge_from_dict(deepcopy(overrides))
    check_keys(config)
    config.randomness = {**config.get('randomness', {}), 'seed': cell.seed}
    return config


def settings_of(config: Config) -> dict:
    """What decides a run's numbers.

    Args:
        config (Config): Complete.

    Returns:
        dict: The config as plain JSON values, without its folder, so that a
        grid can be moved.
    """
    content = config.to_dict()
    content.pop('work_dir', None)
    return json.loads(json.dumps(content, default=str))


def start_record(folder: Path, settings: dict) -> None:
    """Say what a folder's run is, before it starts.

    Args:
        folder (Path): Of the cell.
        settings (dict): Of :func:`settings_of`.
    """
    _write(folder, dict(settings=settings, finished=False, seconds=None))


def finish_record(folder: Path, seconds: Optional[float]) -> None:
    """Say that a folder's run has ended.

    Args:
        folder (Path): Of the cell; its settings are there.
        seconds (float, optional): What it took; None where this is not known
            since it was stopped meanwhile.

    Raises:
        FileNotFoundError: If the run has left no result, and is one that is
            validated.
    """
    record = _read(folder)
    if not _has_result(folder, record['settings']):
        raise FileNotFoundError(
            f'{folder / RESULT}: expected the figures of the run, found no '
            'file; custom_hooks of the config must have a ResultHook or a '
            'FinalTestHook, and a run that is validated'
        )
    _write(folder, dict(record, finished=True, seconds=seconds))


def _has_result(folder: Path, settings: dict) -> bool:
    """Whether figures are there, or none are to be expected."""
    validated = settings.get('val_dataloader') is not None
    return (folder / RESULT).is_file() or not validated


def is_finished(folder: Path, settings: dict) -> bool:
    """Whether a cell's run has ended.

    Args:
        folder (Path): Of the cell.
        settings (dict): The present ones.

    Raises:
        ValueError: If the folder holds the work of a run with other settings,
            saying which.
    """
    if not (folder / RECORD).is_file():
        if _has_checkpoint(folder):
            raise ValueError(
                f'{folder}: expected an empty folder or a run of this tool, '
                f'found checkpoints without {RECORD}; choose another --out'
            )
        return False
    record = _read(folder)
    # A run that failed before its first checkpoint has no work to lose.
    if record['finished'] or _has_checkpoint(folder):
        _check_same(folder, record['settings'], settings)
    return record['finished'] and _has_result(folder, settings)


def seconds_of(folder: Path) -> Optional[float]:
    """What a finished run took, None where this is not known.

    Args:
        folder (Path): Of the cell.
    """
    return _read(folder)['seconds']


def _has_checkpoint(folder: Path) -> bool:
    return any(folder.glob('*.pth'))


def _write(folder: Path, record: dict) -> None:
    with atomic_path(folder / RECORD) as temporary:
        temporary.write_text(
            json.dumps(record, indent=1) + '\n', encoding='utf-8'
        )


def _read(folder: Path) -> dict:
    path = folder / RECORD
    try:
        record = read_json(path, 'the record of a run')
        return {
            key: record[key] for key in ('settings', 'finished', 'seconds')
        }
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f'{path}: expected the record of a run, found '
            f'something else ({error!r})'
        ) from error


def _check_same(folder: Path, found: dict, expected: dict) -> None:
    if found == expected:
        return
    text = Config.diff(Config(found), Config(expected))
    # On a terminal mmengine colours it; ---, +++ and @@ stand above.
    lines = [
        line
        for line in Text.from_ansi(text).plain.splitlines()
        if line.startswith(('-', '+')) and line.strip('-+ ')
    ]
    more = len(lines) - MAX_LINES
    changes = '\n'.join(lines[:MAX_LINES] + [f'{more} more'] * (more > 0))
    raise ValueError(
        f'{folder}: expected a run with the present config, found one with '
        'another; choose another --out, or remove the folder. From its '
        f'config (-) to the present one (+):\n{changes}'
    )
