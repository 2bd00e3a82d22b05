"""The commands that are disturbed, with what they leave.

All paths are below the place, in which they are started.
"""

from typing import Callable, Dict, List, NamedTuple, Tuple

from rtfm_mmaction.cli import (
    check,
    events,
    export,
    extract,
    fit,
    infer,
    pack,
    stream,
    test,
    train,
)
from rtfm_mmaction.workshop.cli import plain_text, rtfm_lists
from tests.support.fitting import take_few_steps
from tests.support.forked_grid import forked_grid

DETECTOR = ['--config', 'config.py', '--checkpoint', 'made/iter_6.pth']
BRIGHT = [
    '--config',
    'bright/config.py',
    '--checkpoint',
    'bright/d.pth',
    '--extractor',
    'bright/extractor.py',
]
# Beside packed ones; of training videos.
LAYOUTS = ('sultani_text', 'per_crop', 'mgfn', 'crop_first')
SHARD = ('--shard', '1/2', '--lengths', 'lengths.csv')
FILES = ['--formats', 'json', 'csv', 'html']


class Command(NamedTuple):
    """A command and its files.

    Attributes:
        main (Callable): Takes arguments.
        argv (list[str]): Those.
        outputs (tuple[str]): Patterns of the files that it is run for.
        summaries (tuple[str]): Patterns of those that are of all inputs; one
            that fails is missing there.
    """

    main: Callable
    argv: List[str]
    outputs: Tuple[str, ...]
    summaries: Tuple[str, ...] = ()


def _infer(inputs: List[str], *options: str) -> Command:
    return Command(
        infer.main,
        [*inputs, *options, '--out', 'out', *FILES],
        ('out/*.json', 'out/events.csv', 'out/report.html'),
        ('out/events.csv', 'out/report.html'),
    )


def _extract(*options: str) -> Command:
    return Command(
        extract.main,
        ['bright/extractor.py', *options, '--out', 'extracted'],
        ('extracted/*.npy', 'extracted/*.json'),
    )


def _quick_fit(argv: List[str]) -> None:
    """Fit with trainings of a few steps."""
    with forked_grid() as patch:
        take_few_steps(patch)
        fit.main(argv)


def _fit(*options: str) -> Command:
    return Command(
        _quick_fit,
        [
            *('--abnormal', 'with', '--normal', 'without'),
            *('--extractor', 'bright/extractor.py', '--folds', '2'),
            *('--device', 'cpu', '--dtype', 'fp32', '--jobs', '1'),
            *('--out', 'detector', *options),
        ],
        ('detector/*',),
        ('detector/report.html',),
    )


COMMANDS: Dict[str, Command] = {
    'train': Command(
        train.main,
        ['config.py', '--seed', '1', '--resume'],
        ('work/*.pth', 'work/result.json', 'work/last_checkpoint'),
    ),
    **{
        f'train from {what}': Command(
            train.main,
            [
                'config.py',
                '--seed',
                '1',
                '--resume',
                '--cfg-options',
                f'train_dataloader.dataset.dataset.store={folder}',
            ],
            ('work/*.pth', 'work/result.json'),
        )
        for what, folder in (('store', 'packed'), ('shards', 'joined'))
    },
    'train on': Command(
        train.main,
        ['config.py', '--seed', '1', '--resume', 'made/iter_3.pth'],
        ('work/*.pth', 'work/result.json'),
    ),
    'test': Command(
        test.main,
        [
            'config.py',
            'made/iter_6.pth',
            '--work-dir',
            'test',
            '--dump',
            'dumped/predictions.json',
        ],
        ('dumped/*.json',),
    ),
    'check': Command(
        check.main,
        ['config.py', '--json', 'checked/report.json'],
        ('checked/report.json',),
        ('checked/report.json',),
    ),
    **{
        f'check {layout}': Command(
            check.main,
            [f'config-{layout}.py', '--json', 'checked/report.json'],
            ('checked/report.json',),
            ('checked/report.json',),
        )
        for layout in LAYOUTS
    },
    'pack': Command(
        pack.main,
        ['config.py', '--out', 'store'],
        ('store/index.json', 'store/segments-*.npy'),
    ),
    'pack shard': Command(
        pack.main,
        ['config.py', '--out', 'store', '--shard', '1/2'],
        ('store/shard-1-of-2/index.json', 'store/shard-1-of-2/segments-*.npy'),
    ),
    'events': Command(
        events.main,
        ['made/predictions.json', '--json', 'judged/events.json'],
        ('judged/*.json',),
    ),
    'extract': Command(
        extract.main,
        ['bright/extractor.py', 'videos', '--out', 'extracted'],
        ('extracted/*.npy', 'extracted/*.json'),
    ),
    'extract list': Command(
        extract.main,
        ['bright/extractor.py', 'videos.txt', '--out', 'extracted'],
        ('extracted/*.npy', 'extracted/*.json'),
    ),
    'extract shard': _extract('videos', *SHARD),
    # What is there; it writes nothing.
    'extract report': Command(
        extract.main,
        [
            *('bright/extractor.py', 'videos', '--out', 'sharded'),
            '--merge-report',
        ],
        ('sharded/*.npy', 'sharded/*.json'),
    ),
    'extract web': _extract('ADDRESS/videos/one.mp4'),
    'extract web list': _extract('ADDRESS/videos.txt'),
    'extract frames': Command(
        extract.main,
        [
            'bright/extractor.py',
            'frames',
            'videos/one.mp4',
            '--fps',
            '25',
            '--out',
            'extracted',
        ],
        ('extracted/*.npy', 'extracted/*.json'),
    ),
    'lists': Command(
        plain_text.main,
        [
            '--dataset',
            'own',
            '--train-list',
            'lists/train.txt',
            '--test-annotations',
            'lists/test.txt',
            '--frame-counts',
            'lists/frames.csv',
            '--out',
            'listed',
        ],
        ('listed/*.json',),
    ),
    'rtfm lists': Command(
        rtfm_lists.main,
        [
            '--dataset',
            'own',
            '--train-list',
            'lists/train.list',
            '--test-list',
            'lists/test.list',
            '--ground-truth',
            'lists/gt.npy',
            '--features',
            'features',
            '--layout',
            'packed',
            '--abnormal-first',
            '3',
            '2',
            '--out',
            'listed',
        ],
        ('listed/*.json',),
    ),
    'infer': _infer(['videos'], *BRIGHT),
    'infer features': _infer(['features'], *DETECTOR),
    'infer noted': _infer(
        ['features'], *DETECTOR, '--annotations', 'annotations/test.json'
    ),
    'infer sidecars': _infer(['sidecars'], *BRIGHT[:4]),
    'infer threshold': _infer(
        ['sidecars'], *BRIGHT[:4], '--threshold', 'made/threshold.json'
    ),
    'infer normal': _infer(
        ['sidecars/one.npy'],
        *BRIGHT[:4],
        '--normal',
        'normal',
        '--false-alarms-per-hour',
        '0',
        '--take-anyway',
    ),
    'infer onnx': _infer(['features'], '--config', 'made/detector.onnx'),
    'infer web': _infer(
        ['features'],
        '--config',
        'config.py',
        '--checkpoint',
        'ADDRESS/made/iter_6.pth',
    ),
    'train web': Command(
        train.main,
        [
            'config.py',
            '--seed',
            '1',
            '--resume',
            '--cfg-options',
            'train_cfg.max_iters=2',
            'train_dataloader.dataset.dataset.data_prefix.features='
            'ADDRESS/features',
        ],
        ('work/*.pth', 'work/result.json'),
    ),
    'stream': Command(
        stream.main,
        [
            'videos/one.mp4',
            *BRIGHT,
            '--out',
            'stream/events.jsonl',
            '--state',
            'stream/state.pth',
        ],
        ('stream/events.jsonl',),
    ),
    'stream onnx': Command(
        stream.main,
        [
            'videos/one.mp4',
            *('--config', 'made/bright.onnx'),
            *('--extractor', 'made/extractor.onnx'),
            *('--out', 'stream/events.jsonl', '--state', 'stream/state.pth'),
        ],
        ('stream/events.jsonl',),
    ),
    'fit': _fit(),
    # Features and trainings are there.
    'fit on': _fit('--work', 'fitted_work'),
    'fit known': _fit('--work', 'fitted_work', '--annotations', 'known.json'),
    'fit verdicts': _fit(
        *('--work', 'fitted_work', '--from', 'fitted'),
        *('--verdicts', 'verdicts.json'),
    ),
    'export': Command(
        export.main,
        ['config.py', 'made/iter_6.pth', '--out', 'exported/detector.onnx'],
        ('exported/*.onnx',),
    ),
    'export pt2': Command(
        export.main,
        ['config.py', 'made/iter_6.pth', '--out', 'exported/detector.pt2'],
        ('exported/*.pt2',),
    ),
}
