"""Writes the tables of six methods, and draws them, from what run.sh left.

``python docs/six_methods/show.py work_dirs/results/six --out docs/pictures``
prints Markdown and writes ``six_methods.png``. Runs that are missing are told
by a dash.
"""

import argparse
import re
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import numpy as np

from rtfm_mmaction.io.reading import read_json
from rtfm_mmaction.visualization.saving import save_figure
from rtfm_mmaction.workshop.charts.heat_map import heat_map_figure
from rtfm_mmaction.workshop.markdown import markdown_table

SETS = {
    'ped2-tiles': 'Ped2, tiles',
    'ped2-5crop': 'Ped2, five crops',
    'composed': 'composed fights',
    'easy': 'generated, easy',
    'medium': 'generated, medium',
    'hard': 'generated, hard',
}
METHODS = {
    'rtfm': 'RTFM, settings for small sets',
    'rtfm-released': 'RTFM, released settings',
    'sultani': 'Sultani et al.',
    'ur_dmu': 'UR-DMU',
    'bn_wvad': 'BN-WVAD',
    's3r': 'S3R',
    'mgfn': 'MGFN',
    'linear-svm': 'linear SVM',
    'one-class-svm': 'one-class SVM',
}
ROWS = {
    'recipe, one model': ', recipe, single folds',
    'small, one model': ', small, single folds',
    'recipe, mean of folds': ', recipe, mean of folds',
    'small, mean of folds': ', small, mean of folds',
    'chosen by held-out videos': ', chosen setting, mean of folds',
}
Pair = Tuple[float, float]  # AUC and AP


def runs(folder: Path) -> List[Pair]:
    """Last checkpoints of a method on a set, or what a machine printed."""
    text = folder.with_suffix('.txt')
    if text.is_file():
        found = dict(
            re.findall(r'anomaly/(AUC|AP)\s[^0-9]*([0-9.]+)', text.read_text())
        )
        return [(float(found['AUC']), float(found['AP']))]
    results = sorted(folder.glob('*/seed*/result.json'))
    last = [read_json(file, 'a result')['last'] for file in results]
    return [(one['anomaly/AUC'], one['anomaly/AP']) for one in last]


def cell(values: List[Pair], key: int) -> Tuple[float, float]:
    """Mean and sample deviation, NaN where there is none."""
    column = [value[key] for value in values]
    if not column:
        return np.nan, np.nan
    spread = np.std(column, ddof=1) if len(column) > 1 else np.nan
    return float(np.mean(column)), float(spread)


def words(mean: float, spread: float) -> str:
    """For a table."""
    if np.isnan(mean):
        return '–'
    return f'{mean:.3f}' + ('' if np.isnan(spread) else f' ± {spread:.3f}')


def cross_fits(folder: Path, ending: str) -> Optional[List[Pair]]:
    """Figures of a row of all seeds."""
    files = sorted(folder.glob('*/figures.json'))
    found = [
        tuple(pair)
        for file in files
        for name, pairs in read_json(file, 'figures')['test'].items()
        if name.endswith(ending)
        for pair in pairs
    ]
    return found or None


def main() -> None:
    """Read, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('results', type=Path)
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    grids: Dict[str, np.ndarray] = {}
    for key, name in enumerate(('AUC', 'AP')):
        grid = grids[name] = np.array(
            [
                [cell(runs(args.results / s / m), key) for s in SETS]
                for m in METHODS
            ]
        )
        rows = [
            [title, *(words(*value) for value in row)]
            for title, row in zip(METHODS.values(), grid)
        ]
        print(markdown_table([name, *SETS.values()], rows), end='\n\n')
    for data in SETS:
        table = []
        for method, title in METHODS.items():
            folder = args.results / 'cross-fit' / data / method
            found = [cross_fits(folder, ending) for ending in ROWS.values()]
            cells = [
                f'{words(*cell(v, 0))} / {cell(v, 1)[0]:.3f}'
                for v in found
                if v
            ]
            if cells:
                table.append([title.split(',')[0], *cells])
        if table:
            print(markdown_table([SETS[data], *ROWS], table), end='\n\n')
    args.out.mkdir(parents=True, exist_ok=True)
    figure = heat_map_figure(
        grids['AUC'][..., 0],
        grids['AUC'][..., 1],
        [*METHODS.values()],
        [name.replace(', ', ',\n') for name in SETS.values()],
        '',
        '',
        'frame-level AUC, last checkpoint',
    )
    save_figure(figure, args.out / 'six_methods.png')


if __name__ == '__main__':
    main()
