"""The folder in which commands are disturbed: data, models, videos.

``Lab`` makes it once, and copies it for each fault.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, Iterator

import numpy as np

from rtfm_mmaction.datasets.annotations import save_annotations
from tests.faults import running
from tests.faults.commands import BRIGHT, COMMANDS, LAYOUTS, Command
from tests.faults.fault import Fault
from tests.faults.same import content_of
from tests.faults.serving import Server
from tests.support import brightness
from tests.support.small_data import annotation, make_data, small_config

PATIENCE = 120.0  # seconds for a run that nothing disturbs


class Lab:
    """Makes places, and knows what undisturbed runs leave.

    Args:
        root (Path): Empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.template = root / 'template'
        self.server = Server()
        self._expected: Dict[str, Dict[str, Any]] = {}
        self.took: Dict[str, float] = {}
        self._count = 0
        self._make()

    def _make(self) -> None:
        place = self.template
        place.mkdir()
        make_data(place)
        config = small_config(Path('.'))
        config.work_dir = 'work'
        config.dump(place / 'config.py')
        bright = place / 'bright'
        bright.mkdir()
        _make_bright(bright)
        dark, light = brightness.DARK, brightness.BRIGHT
        for folder, name, runs in (
            ('videos', 'one', ((64, dark), (32, light), (64, dark))),
            ('videos', 'two', ((48, dark), (48, light))),
            ('calm', 'calm', ((96, dark),)),
            ('with', 'a', ((48, dark), (16, light), (16, 30))),
            ('with', 'b', ((32, 20), (16, light), (32, dark))),
            ('with', 'c', ((32, 10), (16, light), (48, 20))),
            ('without', 'a', ((48, dark), (32, 20))),
            ('without', 'b', ((48, 30), (32, dark))),
            ('without', 'c', ((48, 10), (48, 40))),
        ):
            (place / folder).mkdir(exist_ok=True)
            brightness.write_video(place / folder / f'{name}.mp4', *runs)
        (place / 'videos.txt').write_text('videos/one.mp4\nvideos/two.mp4\n')
        (place / 'lengths.csv').write_text(
            'video,frames\none,160\ntwo,96\ntrain0,80\ntrain1,128\n'
        )
        _write_frames(place / 'frames' / 'walk')
        _write_lists(place / 'lists')
        for layout in LAYOUTS:
            _write_layout(place, layout)
        self.must(place, COMMANDS['train'])
        (place / 'work').rename(place / 'made')
        self.must(
            place,
            COMMANDS['test']._replace(
                argv=[
                    'config.py',
                    'made/iter_6.pth',
                    '--work-dir',
                    'test',
                    '--dump',
                    'made/predictions.json',
                ]
            ),
        )
        shutil.rmtree(place / 'test')
        self.must(
            place,
            _like(
                'extract',
                ['bright/extractor.py', 'videos', '--out', 'sidecars'],
            ),
        )
        for name in ('.run.lock', '.run.json'):
            (place / 'sidecars' / name).unlink(missing_ok=True)
        self.must(
            place,
            _like(
                'infer',
                ['calm', *BRIGHT, '--out', 'normal', '--formats', 'json'],
            ),
        )
        self.must(
            place,
            _like(
                'infer',
                [
                    'sidecars',
                    *BRIGHT[:4],
                    '--out',
                    'gone',
                    '--formats',
                    'json',
                    '--normal',
                    'normal',
                    '--false-alarms-per-hour',
                    '0',
                    '--take-anyway',
                    '--save-threshold',
                    'made/threshold.json',
                ],
            ),
        )
        shutil.rmtree(place / 'gone')
        self.must(place, _like('pack', ['config.py', '--out', 'packed']))
        (place / 'packed' / '.run.lock').unlink(missing_ok=True)

    def must(self, place: Path, command: Command) -> running.Ended:
        """Run what nothing disturbs."""
        ended = self.run(place, command)
        assert ended.code == 0 and not ended.hung, '\n'.join(ended.lines)
        return ended

    def run(
        self, place: Path, command: Command, fault: Fault = None
    ) -> running.Ended:
        """Run a command in a place.

        Args:
            place (Path): The folder.
            command (Command): What to run.
            fault (Fault, optional): With what happens in its process.
        """
        argv = [
            part.replace('ADDRESS', self.server.address)
            for part in command.argv
        ]
        if fault is None:
            return running.run(command.main, argv, place, cached, PATIENCE)

        argv += fault.options

        def inside(place: Path) -> None:
            cached(place)
            fault.inside(place)

        kill_after = fault.kill_at * self.took.get(fault.command, 1.0)
        return running.run(
            command.main, argv, place, inside, fault.seconds, kill_after
        )

    def fresh(self) -> Path:
        """A copy of the template, with its times."""
        self._count += 1
        place = self.root / f'place{self._count}'
        shutil.copytree(self.template, place, symlinks=True)
        self.server.folder = place
        return place

    def expected(self, name: str) -> Dict[str, Any]:
        """Outputs of an undisturbed run: path below the place -> content."""
        if name not in self._expected:
            self._prepare(name)
            place = self.fresh()
            self.took[name] = self.must(place, COMMANDS[name]).seconds
            self._expected[name] = dict(outputs(place, COMMANDS[name]))
            assert self._expected[name], f'{name} wrote nothing'
            shutil.rmtree(place)
        return self._expected[name]

    def _fit(self) -> None:
        """A detector, its work, and verdicts on its events."""
        place = self.template
        self.must(place, COMMANDS['fit'])
        (place / 'detector').rename(place / 'fitted')
        (place / 'detector_work').rename(place / 'fitted_work')
        verdicts = [
            dict(
                video=video,
                source=f'{folder}/{video[-1]}.mp4',
                start=start,
                end=start + 0.64,
                verdict=verdict,
                note='',
            )
            for video, folder, start, verdict in (
                ('abnormal/a', 'with', 0.0, 'wrong'),
                ('abnormal/b', 'with', 1.28, 'right'),
                ('normal/a', 'without', 1.92, 'wrong'),
            )
        ]
        content = dict(
            format='rtfm_mmaction.verdicts/1', detector=None, verdicts=verdicts
        )
        (place / 'verdicts.json').write_text(json.dumps(content))
        save_annotations(
            place / 'known.json',
            {},
            [
                annotation(f'abnormal/{name}', 1, None, [[start, start + 16]])
                for name, start in (('a', 48), ('b', 32), ('c', 32))
            ],
        )

    def _prepare(self, name: str) -> None:
        """Make what few commands need, and takes long."""
        if name.startswith('fit '):
            if not (self.template / 'fitted').exists():
                self._fit()
        made = ['config.py', 'made/iter_6.pth', '--out']
        bright = ['bright/config.py', 'bright/d.pth', '--out']
        extractor = ['--extractor', 'bright/extractor.py', '--out']
        for command, file, argv in (
            ('infer onnx', 'made/detector.onnx', made),
            ('stream onnx', 'made/detector.onnx', made),
            ('stream onnx', 'made/bright.onnx', bright),
            ('stream onnx', 'made/extractor.onnx', extractor),
        ):
            if name == command and not (self.template / file).exists():
                self.must(self.template, _like('export', [*argv, file]))
        for number in ('1/2', '2/2'):
            for command, folder in (
                ('extract report', 'sharded'),
                ('train from shards', 'joined'),
            ):
                if name == command:
                    self._make_shard(folder, number)

    def _make_shard(self, folder: str, number: str) -> None:
        name = 'pack' if folder == 'joined' else 'extract'
        argv = [
            *{
                'pack': ['config.py'],
                'extract': ['bright/extractor.py', 'videos'],
            }[name],
            *('--out', folder, '--shard', number, '--lengths', 'lengths.csv'),
        ]
        self.must(self.template, _like(name, argv))


def cached(place: Path) -> None:
    """Let what is fetched be kept in the place, and nowhere else."""
    os.environ['TORCH_HOME'] = str(place / 'cache')


def _like(name: str, argv) -> Command:
    return COMMANDS[name]._replace(argv=argv)


def outputs(place: Path, command: Command) -> Iterator:
    """Outputs that are there: path below the place, content."""
    for pattern in command.outputs:
        for path in sorted(place.glob(pattern)):
            if path.is_file() and not path.name.startswith('.'):
                yield (
                    path.relative_to(place).as_posix(),
                    content_of(path, place),
                )


def _make_bright(folder: Path) -> None:
    """The detector of brightness, by relative paths."""
    brightness.make_place(folder)
    path = folder / 'extractor.py'
    text = path.read_text()
    path.write_text(text.replace(str(folder), folder.name))


def _write_frames(folder: Path) -> None:
    import cv2

    folder.mkdir(parents=True)
    for index in range(48):
        frame = np.full((48, 64, 3), 5 * index, np.uint8)
        cv2.imwrite(str(folder / f'{index:03d}.png'), frame)


def _write_lists(folder: Path) -> None:
    """Lists of the small data set in two forms, and their ground truth."""
    folder.mkdir()
    train = [f'train{index}' for index in range(5)]
    (folder / 'train.txt').write_text(
        ''.join(f'{name} {int(name < "train3")}\n' for name in train)
    )
    (folder / 'train.list').write_text(
        ''.join(f'features/{name}.npy\n' for name in train)
    )
    test = [f'test{index}' for index in range(4)]
    lengths = [16 * (5 + 3 * index) for index in range(4)]
    (folder / 'test.txt').write_text(
        'test0 1 32 64\ntest1 1 32 64\ntest2 0\ntest3 0\n'
    )
    (folder / 'test.list').write_text(
        ''.join(f'features/{name}.npy\n' for name in test)
    )
    (folder / 'frames.csv').write_text(
        'video,frames\n'
        + ''.join(f'{name},{count}\n' for name, count in zip(test, lengths))
        + ''.join(f'{name},{80 + 48 * i}\n' for i, name in enumerate(train))
    )
    truth = [np.zeros(length) for length in lengths]
    truth[0][32:64] = truth[1][32:64] = 1
    np.save(folder / 'gt.npy', np.concatenate(truth))


def _write_layout(place: Path, layout: str) -> None:
    """Features of the training videos in a layout, T = 32, and a config."""
    folder = place / f'features-{layout}'
    folder.mkdir()
    random = np.random.default_rng(0)
    for index in range(5):
        name = f'train{index}'
        rows = random.random((32, 2, 8), np.float32) + 0.1
        if layout == 'sultani_text':
            np.savetxt(folder / f'{name}.txt', rows[:, 0], '%.6f')
        elif layout == 'per_crop':
            for crop in range(2):
                np.save(folder / f'{name}__{crop}.npy', rows[:, crop])
        else:
            if layout == 'mgfn':
                rows = np.concatenate([rows, rows[..., :1]], -1)
            np.save(folder / f'{name}_i3d.npy', rows.swapaxes(0, 1))
    source = 'train_dataloader__dataset__dataset__'
    config = small_config(
        Path('.'),
        **{
            f'{source}data_prefix': dict(features=folder.name),
            f'{source}layout': layout,
        },
    )
    config.work_dir = 'work'
    config.dump(place / f'config-{layout}.py')
