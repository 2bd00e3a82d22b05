"""tools/data/check.py, and what tools/train.py does with it."""

import json
import os
import runpy
import shutil
from unittest import mock

import numpy as np
import pytest

from rtfm_mmaction.datasets import feature_files
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from tests.support.helpers import ROOT
from tests.support.small_data import annotation, make_data, small_config


def run(config, *args):
    """check.py's exit code."""
    main = runpy.run_path(str(ROOT / 'tools/data/check.py'))['main']
    with pytest.raises(SystemExit) as stopped:
        main([str(config), *args])
    return stopped.value.code


def train(config, *args):
    """train.py up to the runner; returns the config that it would get."""
    main = runpy.run_path(str(ROOT / 'tools/train.py'))['main']
    configs = []

    class Runner:
        def train(self):
            pass

    def build_runner(config):
        configs.append(config)
        return Runner()

    with mock.patch.dict(main.__globals__, build_runner=build_runner):
        main([str(config), *args])
    return configs[0]


def saved(root, **options):
    path = root / 'config.py'
    small_config(root, **options).dump(path)
    return path


def change(root, subset, edit):
    path = root / f'annotations/{subset}.json'
    metainfo, videos = load_annotations(path)
    edit(videos)
    save_annotations(path, metainfo, videos)


def cut(path):
    path.write_bytes(path.read_bytes()[:-4])


def loop(path):
    path.unlink()
    path.symlink_to(path)


def folder(path):
    path.unlink()
    path.mkdir()


def damage(path):
    """One byte of the header, '(' of the shape."""
    content = path.read_bytes()
    path.write_bytes(content.replace(b"'shape': (", b"'shape': \xa9"))


def save(array):
    return lambda path: np.save(path, array)


# What cannot be read: how to make it, and what is said.
BAD_FILES = {
    'truncated': (cut, 'expected a whole feature array'),
    'magic': (
        lambda path: path.write_bytes(b'GIF89a' * 99),
        "expected a .npy file, found one that begins with b'GIF89a'",
    ),
    'empty': (lambda path: path.write_bytes(b''), 'found an empty file'),
    'objects': (
        save(np.array([[1.0], 'a'], object)),
        'found pickled Python objects',
    ),
    'integers': (save(np.ones((5, 2, 8), int)), 'found dtype int64'),
    'rank': (save(np.ones((5, 2, 8, 1), 'f4')), 'found shape (5, 2, 8, 1)'),
    'no_rows': (save(np.ones((0, 2, 8), 'f4')), 'found shape (0, 2, 8)'),
    'folder': (folder, 'found a folder'),
    'loop': (loop, 'found one that cannot be opened (Too many levels'),
    'denied': (
        lambda path: path.chmod(0),
        'found one that cannot be opened (Permission denied)',
    ),
    'header': (damage, 'expected a whole feature array'),
}


@pytest.fixture
def denied(monkeypatch):
    """Files may not be read by the super-user either, who may read all."""

    def open_or_refuse(path, *args):
        if not os.stat(path).st_mode & 0o400:
            raise PermissionError(13, 'Permission denied', path)
        return open(path, *args)

    monkeypatch.setattr(feature_files, 'open', open_or_refuse, raising=False)


@pytest.mark.usefixtures('denied')
def test_every_bad_file_is_listed(tmp_path, capsys):
    """Oracle: the files that were made bad; the four others are sound."""
    make_data(tmp_path, abnormal=len(BAD_FILES) + 2)
    for index, (make, _) in enumerate(BAD_FILES.values()):
        make(tmp_path / f'features/train{index}.npy')
    assert run(saved(tmp_path), '--json', str(tmp_path / 'out.json')) == 1
    printed = capsys.readouterr().out
    content = json.loads((tmp_path / 'out.json').read_text())
    findings = {f['video']: f for f in content['findings']}
    assert len(findings) == len(content['findings']) == len(BAD_FILES)
    for index, (_, message) in enumerate(BAD_FILES.values()):
        finding = findings[f'train{index}']
        assert (finding['severity'], finding['kind']) == (
            'error',
            'unreadable',
        )
        assert f'train{index}.npy: ' in finding['message']
        assert message in finding['message']
    assert content['subsets'][0]['sound'] == 4
    # Ten are printed, all are in the file.
    assert f'error: train, unreadable ({len(BAD_FILES)}):' in printed
    assert f'\n  and {len(BAD_FILES) - 10} more\n' in printed
    assert printed.endswith(
        f'Not ready: {len(BAD_FILES)} errors, 0 warnings.\n'
    )


@pytest.fixture
def faulty(tmp_path):
    """One fault of each kind, in names that look like markup."""
    root = make_data(tmp_path, abnormal=7, normal=5, test=6)
    features = root / 'features'
    (features / 'train0.npy').unlink()
    cut(features / 'train1.npy')
    np.save(features / 'train2.npy', np.random.random((9, 2, 4)))
    array = np.load(features / 'train3.npy')
    array[1, 1, 5] = np.inf
    np.save(features / 'train3.npy', array)
    np.save(features / 'train4.npy', np.ones((9, 2, 8), np.float16))
    shutil.copy(features / 'train5.npy', features / 'train6.npy')
    shutil.copy(features / 'train5.npy', features / 'test1.npy')
    (features / 'train7.npy').rename(features / 'Abuse[1]001.npy')
    (features / 'train8.npy').rename(features / 'Abuse001.npy')
    (features / 'train11.npy').rename(features / 'other[b].npy')
    shutil.copy(features / 'train9.npy', features / 'train11.npy')

    def edit_train(videos):
        videos[7]['video'] = 'Abuse[1]001'
        videos[8]['video'] = 'Abuse001'

    def edit_test(videos):
        videos[0]['frames'] = 9999
        videos[1].update(frames=320)
        videos[2]['abnormal_intervals'] = None
        videos.append(annotation('train10', 0, 16 * 35, []))

    change(root, 'train', edit_train)
    change(root, 'test', edit_test)
    return root


FAULTS = [
    ('error', 'missing', 'train', 'train0'),
    ('error', 'unreadable', 'train', 'train1'),
    ('error', 'shape', 'train', 'train2'),
    ('error', 'ground truth', 'val and test', 'test0'),
    ('error', 'ground truth', 'val and test', 'test2'),
    ('error', 'label against name', 'train', 'Abuse001'),
    ('error', 'overlap', 'val and test', 'train10'),
    ('warning', 'stray files', '', ''),
]
FAULTS_OF_VALUES = [
    ('error', 'not finite', 'train', 'train3'),
    ('error', 'duplicate', 'val and test', 'test1'),
    ('warning', 'constant', 'train', 'train4'),
    ('warning', 'duplicate', 'train', 'train6'),
    ('warning', 'duplicate', 'train', 'train11'),
]


@pytest.mark.parametrize('values', [True, False])
def test_one_of_each_fault(faulty, capsys, values):
    """Oracle: the faults that were put in; the file says what is printed."""
    out = faulty / 'new/out.json'
    args = [] if values else ['--no-values']
    assert run(saved(faulty), '--json', str(out), *args) == 1
    printed = capsys.readouterr().out
    content = json.loads(
        out.read_text(), parse_constant=lambda name: pytest.fail(name)
    )
    expected = FAULTS + FAULTS_OF_VALUES * values
    assert sorted(
        tuple(finding.values())[:4] for finding in content['findings']
    ) == sorted(expected)
    for finding in content['findings']:
        assert f'  {finding["message"]}\n' in printed
    errors = sum(fault[0] == 'error' for fault in expected)
    verdict = f'Not ready: {errors} errors, {len(expected) - errors} warning'
    assert content['verdict'].startswith(verdict)
    assert printed.endswith(f'\n{content["verdict"]}\n')
    assert (content['ready'], content['values']) == (False, values)
    assert (
        'train3.npy: expected finite values, found 1 NaN or infinite ones'
        ', first in snippet 1, crop 1'
        in printed
        or not values
    )


def test_clean_data_pass(tmp_path, capsys):
    """Exit code 0, and the table says the videos and T."""
    make_data(tmp_path)
    assert run(saved(tmp_path), '--workers', '1') == 0
    printed = capsys.readouterr().out
    assert printed.endswith('Ready to train: 0 errors, 0 warnings.\n')
    rows = [
        [cell.strip() for cell in line.split('│')[1:-1]]
        for line in printed.split('\n')
        if '│' in line
    ]
    assert ['videos', '5', '4'] in rows
    assert ['T min, median, max', '5, 11, 17', '5, 9.5, 14'] in rows
    assert ['unreadable', '0', '0'] in rows


def test_a_config_that_is_none(tmp_path):
    """One sentence, no traceback; --workers counts from 1."""
    assert 'expected a config file' in run(tmp_path / 'none.py')
    assert run(saved(tmp_path), '--workers', '0') == 2


def test_options_override_the_config(tmp_path):
    """The features lie elsewhere."""
    make_data(tmp_path)
    (tmp_path / 'features').rename(tmp_path / 'moved')
    config = saved(tmp_path)
    assert run(config) == 1
    keys = (
        'train_dataloader.dataset.dataset',
        'val_dataloader.dataset',
        'test_dataloader.dataset',
    )
    assert (
        run(
            config,
            '--cfg-options',
            *[f'{key}.data_prefix.features=moved' for key in keys],
        )
        == 0
    )


@pytest.mark.parametrize('channels', [8, None])
def test_train_refuses_in_the_same_words(faulty, capsys, channels):
    """Oracle: what check.py prints of names and headers; also where C is to
    come from the features."""
    config = saved(faulty, model__in_channels=channels)
    run(config, '--no-values')
    printed = capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        train(config)
    words = stopped.value.code
    assert words.startswith(
        "error: train, missing (1):\n  features of video 'train0': expected "
    )
    assert printed.endswith(f'\n{words}\n')


def test_one_of_several_processes_speaks(faulty, monkeypatch):
    """The others end, too."""
    monkeypatch.setenv('RANK', '1')
    with pytest.raises(SystemExit) as stopped:
        train(saved(faulty))
    assert stopped.value.code == 1


def test_train_goes_on_with_warnings(tmp_path, capsys):
    """They are printed. C is filled in, from the sound files."""
    make_data(tmp_path)
    np.save(tmp_path / 'features/stray.npy', np.ones((3, 2, 8), np.float32))
    config = train(saved(tmp_path, model__in_channels=None))
    assert config.model.in_channels == 8
    assert capsys.readouterr().err.endswith(
        "'stray.npy' the first, expected none\n"
        'Ready to train: 0 errors, 1 warning.\n'
    )


def test_train_looks_at_what_it_reads(tmp_path):
    """A bad test set stops a training that validates on it, or tests at its
    end; --no-check passes over everything."""
    make_data(tmp_path)
    cut(tmp_path / 'features/test0.npy')
    config = saved(tmp_path)
    with pytest.raises(SystemExit):
        train(config)
    assert train(config, '--no-validate').val_dataloader is None
    assert train(config, '--no-check').val_dataloader
    with pytest.raises(SystemExit, match='test, unreadable'):
        train(
            saved(
                tmp_path,
                custom_hooks=[dict(type='FinalTestHook', key='anomaly/AUC')],
            ),
            '--no-validate',
        )


@pytest.mark.parametrize(
    'options, expected',
    [
        ({}, '6 steps of 2 + 2 videos, 4 rounds of the 3 pairs'),
        (
            dict(train_cfg=dict(_delete_=True, max_epochs=5)),
            '10 steps of 2 + 2 videos, 7 rounds of the 3 pairs',
        ),
    ],
)
def test_what_a_training_costs_is_said(tmp_path, capsys, options, expected):
    """Oracle: by hand, of 3 abnormal and 2 normal videos; time is measured,
    so that only its place is looked at."""
    config = saved(make_data(tmp_path), **options)
    assert run(config) == 0
    words = ' '.join(capsys.readouterr().out.split())
    assert f'training: {expected} that meet each video; a step takes' in words
    assert ' s here (cpu), about ' in words
    assert run(config, '--no-values') == 0
    assert 'a step takes' not in capsys.readouterr().out


def test_clips_too_short_for_the_method_are_said(tmp_path, capsys):
    """Oracle: T = 2 of all training videos (faults.md, E5)."""
    root = make_data(tmp_path)
    for path in (root / 'features').glob('train*.npy'):
        np.save(path, np.load(path)[:2])
    assert run(saved(root), '--no-values') == 0
    words = ' '.join(capsys.readouterr().out.split())
    assert 'train: T < 8 in 5 of 5 videos (shortest 2)' in words
