"""docs/own_data.md, followed word for word, but for batches."""

import json

import cv2
import numpy as np
import pytest

from tests.support.fenced import blocks, commands
from tests.support.forking import run_script
from tests.support.helpers import ROOT

RTFM = ROOT / 'rtfm_command.py'
WEIGHTS = ROOT / 'checkpoints/inception_i3d_kinetics400.pth'
BLOCKS = blocks(ROOT / 'docs/own_data.md', 'bash', 'text', 'python')
CHANNELS = 64  # of features that stand in; 1024 would take seconds a step
VIDEOS = ('walk_1', 'walk_2', 'walk_3', 'fall_1', 'fall_2')


def write_videos(folder):
    """Five clips of 48 frames of noise."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in VIDEOS:
        writer = cv2.VideoWriter(
            str(folder / f'{name}.avi'),
            cv2.VideoWriter_fourcc(*'MJPG'),
            25,
            (64, 64),
        )
        for _ in range(48):
            writer.write(rng.integers(0, 255, (64, 64, 3), np.uint8))
        writer.release()


def prepare(words, root):
    """Make small what takes long, and leave out what needs the weights.

    The weights come from the package index, so they are linked where they
    have been fetched, and random features stand in where not.
    """
    name, *rest = words
    if name == 'train':
        # Two pairs a step in place of 32, which take seconds.
        if '--cfg-options' not in rest:
            rest.append('--cfg-options')
        return [name, *rest, 'train_dataloader.batch_size=2']
    if name == 'i3d-kinetics':
        if WEIGHTS.exists():
            target = root / rest[-1]
            target.parent.mkdir()
            target.symlink_to(WEIGHTS)
        return None
    if name == 'extract' and not WEIGHTS.exists():
        folder = root / rest[-1]
        folder.mkdir()
        for video in VIDEOS:
            np.save(
                folder / f'{video}.npy',
                np.random.rand(3, 1, CHANNELS).astype(np.float32),
            )
        return None
    if name == 'infer' and not WEIGHTS.exists():
        # Features in place of videos, which need no extractor.
        at = rest.index('--extractor')
        return [name, 'features', *rest[1:at], *rest[at + 2 :]]
    return words


@pytest.fixture(scope='module')
def root(module_path):
    """The folder after all blocks have run; outputs in ``printed``."""
    root = module_path
    write_videos(root / 'videos')
    printed = ''
    for kind, name, block in BLOCKS:
        if kind != 'bash':
            (root / name).write_text(block, encoding='utf-8')
            continue
        for rtfm, *words in commands(block):
            assert rtfm == 'rtfm', words
            words = prepare(words, root)
            if words is None:
                continue
            code, said = run_script(RTFM, *words, cwd=root)
            printed += said
            assert code == 0, f'{words}\n{said}'
    (root / 'printed').write_text(printed)
    return root


def test_the_page_leads_from_labels_to_pictures(root):
    """Files that the page promises, and the words of the tools."""
    printed = (root / 'printed').read_text()
    assert 'Ready to train: 0 errors' in printed
    assert '3 videos packed' in printed
    predictions = json.loads((root / 'predictions.json').read_text())
    assert predictions['metrics']['anomaly/AUC'] is not None
    assert list((root / 'pictures').glob('*.png'))
    assert (root / 'results/report.html').is_file()
    known = json.loads((root / 'results/fall_2.json').read_text())
    assert known['abnormal_intervals'] == [[16, 40]]
    for work in ('falls', 'packed'):
        assert (root / f'work_dirs/{work}/iter_20.pth').exists()


def test_annotations_are_those_of_the_text_files(root):
    """Oracle: the lines of the page, 48 frames each."""
    videos = json.loads((root / 'annotations/test.json').read_text())
    assert videos['data_list'] == [
        dict(
            video='walk_3',
            label=0,
            frames=48,
            abnormal_intervals=[],
            **{'class': 'Normal'},
        ),
        dict(
            video='fall_2',
            label=1,
            frames=48,
            abnormal_intervals=[[16, 40]],
            **{'class': 'falling'},
        ),
    ]


def test_packed_features_train_the_same(root):
    """Oracle: the run from the files; the same seed, the same figures."""
    last = [
        json.loads((root / f'work_dirs/{work}/result.json').read_text())[
            'last'
        ]
        for work in ('falls', 'packed')
    ]
    assert last[0] == last[1]


def test_config_has_ten_lines_at_most():
    """And inherits from the installed package's."""
    config = next(block for kind, name, block in BLOCKS if name == 'falls.py')
    assert len(config.splitlines()) <= 10
    assert config.startswith("_base_ = 'rtfm_mmaction::rtfm/rtfm_i3d_ucf.py'")
