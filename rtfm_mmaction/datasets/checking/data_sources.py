"""The data sets that a config names, built as far as checking needs."""

from dataclasses import dataclass, field
from inspect import isclass
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..annotations import load_annotations
from ..weak_label_dataset import WeakLabelDataset
from .report import Finding, Report

LOADERS = ('train', 'val', 'test')


@dataclass
class DataSource:
    """A data set and what is read of it without its values.

    Attributes:
        name (str): 'train', 'val', 'test' or 'val and test'.
        role (str): 'train'; 'held out', for training videos to choose a model
            by; or 'test', for videos with ground truth.
        dataset (WeakLabelDataset): Not initialised.
        metainfo (dict): Of the annotation file.
        annotated (list[dict]): All videos of the annotation file.
        videos (list[dict]): Those of the data set's part of it.
        entries (list[dict]): Data list of those without a problem.
    """

    name: str
    role: str
    dataset: WeakLabelDataset
    metainfo: dict = field(default_factory=dict)
    annotated: List[dict] = field(default_factory=list)
    videos: List[dict] = field(default_factory=list)
    entries: List[dict] = field(default_factory=list)


def find_sources(
    config: Config, loaders: Sequence[str], report: Report
) -> List[DataSource]:
    """Build the data sets of a config, each once.

    Args:
        config (Config): With ``train_dataloader`` and so on, or without.
        loaders (Sequence[str]): Those of :data:`LOADERS` to look at.
        report (Report): Gets what cannot be built and what is passed over.

    Returns:
        list[DataSource]: Without their videos, see :func:`probe_source`.
    """
    init_default_scope(config.get('default_scope', 'mmaction'))
    sources: Dict[str, DataSource] = {}
    wanted = set()
    # All of them, so that a data set has one name whichever are looked at.
    for loader in LOADERS:
        key, options = _unwrapped(config, loader)
        if options is None:
            continue
        try:
            dataset = _build(options)
        except Exception as error:  # constructors raise kinds of their own
            if loader in loaders:
                report.findings.append(
                    Finding(
                        'error',
                        'config',
                        loader,
                        '',
                        f'{key}: expected a data set that can be built, '
                        f'found {type(error).__name__}: {error}',
                    )
                )
            continue
        if dataset is None:
            if loader in loaders:
                report.notes.append(
                    f'{key}: passed over, since only data sets of the kind '
                    f'WeakLabelDataset are checked, found {options["type"]}'
                )
            continue
        what = _identity(dataset)
        if what in sources:
            sources[what].name += f' and {loader}'
        else:
            sources[what] = DataSource(loader, _role(loader, dataset), dataset)
        if loader in loaders:
            wanted.add(what)
    return [source for what, source in sources.items() if what in wanted]


def _unwrapped(config: Config, loader: str) -> Tuple[str, Optional[Mapping]]:
    """Key and options of the innermost data set of a loader, if any."""
    key = f'{loader}_dataloader'
    options = config.get(key)
    while isinstance(options, Mapping) and 'dataset' in options:
        key, options = f'{key}.dataset', options['dataset']
    if not isinstance(options, Mapping) or 'type' not in options:
        return key, None
    return key, options


def _build(options: Mapping) -> Optional[WeakLabelDataset]:
    kind = options['type']
    found = kind if isclass(kind) else DATASETS.get(kind)
    if found is None:
        raise KeyError(f'type {kind!r} is not registered')
    if not issubclass(found, WeakLabelDataset):
        return None
    return DATASETS.build({**options, 'lazy_init': True})


def _identity(dataset: WeakLabelDataset) -> str:
    """Equal for data sets that hold the same in the same way."""
    names = (
        'ann_file',
        'data_prefix',
        'layouts',
        'store',
        'test_mode',
        'val_ratio',
        'val_part',
        'val_seed',
        'only',
        'snippet_len',
        'allow_pickle',
        'backend_args',
    )
    return repr([getattr(dataset, name) for name in names])


def _role(loader: str, dataset: WeakLabelDataset) -> str:
    if loader == 'train':
        return 'train'
    is_held_out = dataset.val_ratio and dataset.val_part == 'val'
    return 'held out' if is_held_out else 'test'


def probe_source(source: DataSource, report: Report) -> None:
    """Read annotations, names and headers.

    Args:
        source (DataSource): Gets its videos.
        report (Report): Gets an error for each problem.
    """
    dataset = source.dataset
    try:
        source.metainfo, source.annotated = load_annotations(dataset.ann_file)
        source.videos = source.annotated  # where they cannot be split
        source.videos = dataset.part_of(source.annotated)
    except (OSError, ValueError):
        pass  # a problem that probe() tells
    source.entries, problems = dataset.probe()
    said = set()
    for problem in problems:
        # A folder that cannot be listed is a problem of all its videos.
        if problem.message not in said:
            said.add(problem.message)
            report.findings.append(
                Finding(
                    'error',
                    problem.kind,
                    source.name,
                    problem.video,
                    problem.message,
                )
            )
