"""Old names of modules that have moved; this file goes with version 0.3.

``rtfm_mmaction.features.video`` and the like still import: they are the
modules of their new names, and say where those are.
"""

import importlib
import importlib.abc
import importlib.util
import sys
import warnings
from types import ModuleType
from typing import Any, Callable, Optional

PACKAGE = __package__
# Old name -> new name; what lies below a package goes along.
MOVED = {
    'analysis': 'workshop.experiments',
    'analysis.cell_shares': 'apis.cell_shares',
    'analysis.cells': 'apis.grid.cells',
    'analysis.event_report': 'evaluation.event_report',
    'analysis.explanation': 'apis.explanation',
    'analysis.explanation_files': 'apis.explanation_files',
    'analysis.grid': 'apis.grid.run_grid',
    'analysis.predicted_videos': 'evaluation.predicted_videos',
    'analysis.timed_videos': 'evaluation.timed_videos',
    'analysis.training': 'apis.grid.training',
    'apis.event_options': 'cli.options',
    'apis.frame_source': 'io.frame_source',
    'benchmark': 'workshop.benchmark',
    'benchmark.loading': 'workshop.benchmark.loader',
    'benchmark.video': 'workshop.benchmark.decoding',
    'cli.rtfm_release': 'cli.released',
    'datasets.checking.names': 'datasets.checking.video_names',
    'datasets.checking.printing': 'datasets.checking.report_table',
    'datasets.checking.reading': 'datasets.checking.all_values',
    'datasets.checking.sources': 'datasets.checking.data_sources',
    'datasets.composing': 'workshop.composing',
    'datasets.converters': 'workshop.converters',
    'datasets.encoding': 'io.encoding',
    'datasets.random_splits': 'workshop.random_splits',
    'datasets.reading': 'io.reading',
    'datasets.synthetic': 'workshop.synthetic',
    'datasets.transforms.loading': 'datasets.transforms.load_feature',
    'export.writing': 'export.writers',
    'features': 'extraction',
    'features.chosen_snippets': 'io.chosen_snippets',
    'features.comparison': 'workshop.feature_comparison',
    'features.crops': 'io.crops',
    'features.inputs': 'io.inputs',
    'features.prefetch': 'io.prefetch',
    'features.running': 'extraction.many_videos',
    'features.sharding': 'io.shards',
    'features.snippet_buffer': 'io.snippet_buffer',
    'features.video': 'io.video',
    'features.weights': 'models.weights',
    'utils': 'io.atomic',
    'visualization.band_chart': 'workshop.charts.band_chart',
    'visualization.bar_chart': 'workshop.charts.bar_chart',
    'visualization.class_chart': 'workshop.charts.class_chart',
    'visualization.heat_map': 'workshop.charts.heat_map',
    'visualization.review_report.writing': (
        'visualization.review_report.report_writer'
    ),
    'visualization.separability_chart': 'workshop.charts.separability_chart',
}
# Package that is still there -> name that it gave -> module that has it now.
NAMES = {
    'compat': {'load_checkpoint_safely': 'io.checkpoints'},
    'datasets.converters.frame_counts': {
        'read_frame_counts': 'io.frame_counts'
    },
    'features': {
        'Video': 'io.video',
        'VideoError': 'io.video',
        'count_snippets': 'io.video',
        'crop_grid': 'io.crops',
        'cut_crops': 'io.crops',
        'find_videos': 'io.inputs',
        'load_weights': 'models.weights',
    },
    'features.weights': {'fetch_weights': 'io.fetching'},
    'visualization': {
        'Panel': 'workshop.charts',
        'band_figure': 'workshop.charts',
        'bar_figure': 'workshop.charts',
        'class_figure': 'workshop.charts',
        'heat_map_figure': 'workshop.charts',
        'separability_figure': 'workshop.charts',
    },
}


def new_name(old: str) -> Optional[str]:
    """Find what an old module is called now.

    Args:
        old (str): Full name, such as ``rtfm_mmaction.features.video``.

    Returns:
        str or None: Full name; None of a module that has not moved.
    """
    package, _, head = old.partition('.')
    tail = ''
    while package == PACKAGE and head:
        if head in MOVED:
            return f'{PACKAGE}.{MOVED[head]}{tail}'
        head, _, last = head.rpartition('.')
        tail = f'.{last}{tail}'
    return None


def _warn(old: str, new: str) -> None:
    warnings.warn(
        f'{old} has moved to {new}; the old name goes with version 0.3',
        DeprecationWarning,
        stacklevel=3,
    )


def lookup(
    old: str, module: Optional[ModuleType] = None
) -> Callable[[str], Any]:
    """Make a module's ``__getattr__``: moved names, then another module's.

    Args:
        old (str): Full name of the module that has it.
        module (ModuleType, optional): What has its names now. Defaults to
            None: nothing but :data:`NAMES`.
    """
    names = NAMES.get(old.partition('.')[2], {})

    def find(name: str) -> Any:
        if name in names:
            new = f'{PACKAGE}.{names[name]}'
            _warn(f'{old}.{name}', f'{new}.{name}')
            return getattr(importlib.import_module(new), name)
        if module is None:
            raise AttributeError(f'module {old!r} has no attribute {name!r}')
        return getattr(module, name)

    return find


class MovedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds moved modules under their old names, with a warning."""

    def find_spec(self, fullname, path=None, target=None):
        """Answer for moved modules alone."""
        if new_name(fullname) is None:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec) -> None:
        """Let Python make an empty one."""

    def exec_module(self, module: ModuleType) -> None:
        """Look everything up in the module of the new name."""
        old = module.__name__
        new = new_name(old)
        _warn(old, new)
        target = importlib.import_module(new)
        module.__dict__['__getattr__'] = lookup(old, target)
        if hasattr(target, '__all__'):
            module.__dict__['__all__'] = target.__all__


def install() -> None:
    """Let old names be imported; harmless when called again."""
    if not any(isinstance(finder, MovedModules) for finder in sys.meta_path):
        sys.meta_path.append(MovedModules())
