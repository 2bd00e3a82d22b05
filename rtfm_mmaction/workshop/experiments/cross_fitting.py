"""What `rtfm fit` makes of a benchmark, judged once on its test videos.

Shapes: V videos, T snippets, K folds.
"""

import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import DATASETS, METRICS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ...apis.fitting.bags import Bags
from ...apis.fitting.cross_fitting import Fitted
from ...apis.fitting.fit_bags import fit_bags
from ...apis.fitting.methods import FitMethod, method_of, read_method
from ...apis.running import load_config
from ...datasets.annotations import load_annotations
from ...evaluation.functional.events import even_edges
from ...io.atomic import atomic_path
from ...io.reading import read_json
from ...io.video import DEFAULT_FPS
from ...models import AnomalyDetector
from ...models.long_video import score_in_chunks
from ..markdown import markdown_table

RESULT = 'figures.json'
SINGLE = 'single folds'


class Row(NamedTuple):
    """A method's figures on test videos.

    Attributes:
        method (str): What it is.
        figures (list[tuple[float, float]]): AUC and AP, one pair a detector.
    """

    method: str
    figures: List[Tuple[float, float]]


def cross_fit(
    config: str,
    seeds: Sequence[int],
    out: Path,
    jobs: int,
    folds: int,
    cfg_options: Optional[Dict[str, Any]] = None,
    method: Optional[str] = None,
    settings: Optional[Dict[str, Dict[str, Any]]] = None,
) -> List[Row]:
    """Fit the training videos of a config with several seeds, and test.

    Args:
        config (str): Config of a training on features, by path or name.
        seeds (Sequence[int]): Of folds and trainings.
        out (Path): Folder; ``<seed>/figures.json`` for each, and
            ``table.md``. What is there is not done again.
        jobs (int): Trainings at a time.
        folds (int): K at the most.
        cfg_options (dict, optional): Keys of the config to override, such as
            the data's folder. Defaults to None.
        method (str, optional): Network that is trained, one of
            :func:`~rtfm_mmaction.apis.fitting.methods.fit_methods`. Defaults
            to None: the config's.
        settings (dict[str, dict], optional): What is tried of the network: a
            name, and keys of the method's config. Defaults to None: what
            ``rtfm fit`` tries.

    Returns:
        list[Row]: A row a method; frames' AUC and AP.

    Raises:
        ValueError: If data do not fit, see :func:`fit_bags`, or figures that
            are there are of another method, of other settings or another
            number of folds.
    """
    read = load_config(config, cfg_options, work_dir=str(out))
    init_default_scope(read.get('default_scope', 'mmaction'))
    plan = read_method(method_of(read) if method is None else method)
    if settings:
        plan = plan._replace(settings=settings)
    asked = dict(folds=folds, method=plan.name, settings=plan.settings)
    found: Dict[str, List[Tuple[float, float]]] = {}
    for seed in seeds:
        file = out / str(seed) / RESULT
        if not file.is_file():
            figures = _figures(read, seed, out / str(seed), jobs, folds, plan)
            with atomic_path(file) as temporary:
                temporary.write_text(json.dumps(figures, indent=1) + '\n')
        figures = read_json(file, 'figures of cross-fit')
        there = {key: figures.get(key) for key in asked}
        if there != asked:
            raise ValueError(
                f'{file}: expected figures of {asked}, found those of '
                f'{there}; choose another --out'
            )
        for name, values in figures['test'].items():
            found.setdefault(name, []).extend(map(tuple, values))
    rows = [Row(name, values) for name, values in found.items()]
    with atomic_path(out / 'table.md') as temporary:
        temporary.write_text(table(rows))
    return rows


def table(rows: Sequence[Row]) -> str:
    """Write rows as a table of Markdown.

    Args:
        rows (Sequence[Row]): At least one.

    Examples:
        >>> print(table([Row('mean', [(0.5, 0.25), (0.7, 0.25)])]), end='')
        | method | AUC | AP | detectors |
        | :-- | --: | --: | --: |
        | mean | 0.600 ± 0.141 | 0.250 ± 0.000 | 2 |
    """
    lines = []
    for row in rows:
        values = np.array(row.figures)
        spread = values.std(0, ddof=1) if len(values) > 1 else [np.nan] * 2
        lines.append(
            [
                row.method,
                *(
                    f'{mean:.3f}' + (f' ± {off:.3f}' if off == off else '')
                    for mean, off in zip(values.mean(0), spread)
                ),
                str(len(values)),
            ]
        )
    return markdown_table(['method', 'AUC', 'AP', 'detectors'], lines) + '\n'


def _figures(
    config: Config,
    seed: int,
    out: Path,
    jobs: int,
    folds: int,
    method: FitMethod,
) -> Dict[str, Any]:
    """Fit with one seed, then look at the test videos once."""
    options = config.train_dataloader.dataset.dataset.to_dict()
    source = {
        key: options[key]
        for key in ('data_root', 'data_prefix', 'layout')
        if key in options
    }
    ann_file = str(Path(source.pop('data_root', '')) / options['ann_file'])
    source['data_prefix'] = {
        key: str(Path(options.get('data_root', '')) / folder)
        for key, folder in options['data_prefix'].items()
    }
    metainfo, videos = load_annotations(ann_file)
    # Where no camera is known, each video is a group of its own.
    known = metainfo.get('groups', {})
    groups = [known.get(one['video'], one['video']) for one in videos]
    bags = Bags(ann_file, groups, **source)
    # Lengths only set a threshold, which no figure of the table asks for.
    crop_mode = config.model.head.get('crop_mode', 'average')
    fitted = fit_bags(
        bags,
        ann_file,
        source,
        out,
        [even_edges(t, bags.snippet_len / DEFAULT_FPS) for t in bags.lengths],
        crop_mode,
        folds,
        seed,
        jobs,
        method=method,
    )
    choice = fitted.choice
    chosen = {
        kind: next(
            one.fitted[0] for one in choice.candidates if one.kinds == (kind,)
        )
        for kind in ('network', 'linear', 'one_class', 'neighbors')
    }
    plain = [chosen[kind] for kind in ('network', 'linear', 'neighbors')]
    rows: Dict[str, Sequence[Sequence[Fitted]]] = {
        **{f'{one.name}, mean of folds': [one] for one in fitted.networks},
        f'{fitted.title}, chosen setting, mean of folds': [chosen['network']],
        'linear SVM, mean of folds': [chosen['linear']],
        'one-class SVM, mean of folds': [chosen['one_class']],
        'nearest neighbours, mean of folds': [chosen['neighbors']],
        f'{fitted.title} + linear SVM + nearest neighbours': plain,
        'what fit chooses': choice.chosen.fitted,
    }
    test = _Test(config)
    figures = {
        f'{one.name}, {SINGLE}': [
            test.figures(fitted.assemble([one], [fold]).detector)
            for fold in range(fitted.number)
        ]
        for one in fitted.networks
    }
    for name, kinds in rows.items():
        detector = fitted.assemble(kinds).detector
        figures[name] = [test.figures(detector)]
    return dict(
        folds=folds,
        method=method.name,
        settings=method.settings,
        chosen=choice.chosen.name,
        held_out=choice.chosen.judgement._asdict(),
        candidates={
            one.name: dict(one.judgement._asdict(), merit=one.judgement.merit)
            for one in [*choice.candidates, *choice.settings]
        },
        test=figures,
    )


class _Test:
    """The test videos of a config."""

    def __init__(self, config: Config) -> None:
        self.data = DATASETS.build(config.test_dataloader.dataset)
        self.evaluator = config.test_evaluator

    def figures(self, detector: AnomalyDetector) -> Tuple[float, float]:
        """AUC and AP of frames."""
        metric = METRICS.build(self.evaluator)
        metric.dataset_meta = self.data.metainfo
        for index in range(len(self.data)):
            packed = self.data[index]
            bag = packed['inputs'].numpy().swapaxes(0, 1)
            sample = packed['data_samples'].to_dict()
            scores = score_in_chunks(detector, bag)
            sample['snippet_scores'] = torch.from_numpy(scores['scores'])
            metric.process(None, [sample])
        found = metric.evaluate(len(self.data))
        return found['anomaly/AUC'], found['anomaly/AP']
