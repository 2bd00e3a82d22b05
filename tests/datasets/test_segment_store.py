"""The segment store: the same bags, never a stale or a half one."""

import json
import os
import time

import numpy as np
import pytest
from mmaction.registry import DATASETS

from rtfm_mmaction.apis.packing import pack_config
from rtfm_mmaction.datasets.segment_packing import pack_segments
from tests.support.forking import run_script, start_script
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config, write_features

SEGMENTS = 4


def build(root, store=None, **kwargs):
    config = dict(
        type='WeakLabelDataset',
        ann_file='annotations/train.json',
        data_root=str(root),
        data_prefix=dict(features='features'),
        store=store,
        pipeline=[
            dict(type='LoadFeature'),
            dict(type='SegmentFeature', num_segments=SEGMENTS),
            dict(type='PackAnomalyInputs'),
        ],
    )
    return DATASETS.build({**config, **kwargs})


@pytest.fixture
def root(tmp_path):
    make_data(tmp_path)
    pack_segments(build(tmp_path), tmp_path / 'store', SEGMENTS)
    return tmp_path


def test_bags_are_those_of_the_files(root):
    """Oracle: bags without a store, equal bit by bit in float32."""
    files, store = build(root), build(root, 'store')
    for bag, expected in zip(store, files):
        assert bag['inputs'].equal(expected['inputs'])
        assert bag['inputs'].is_contiguous()
        assert (
            bag['data_samples'].num_snippets
            == expected['data_samples'].num_snippets
        )
    assert store.get_data_info(2)['num_channels'] == 8


def test_float16_store_rounds(root):
    """Oracle: numpy's rounding of the float32 bags; half the bytes."""
    pack_segments(build(root), root / 'half', SEGMENTS, 'float16')
    for bag, expected in zip(build(root, 'half'), build(root)):
        assert np.array_equal(
            bag['inputs'].numpy(),
            expected['inputs'].numpy().astype(np.float16),
        )
    sizes = [
        next((root / name).glob('*.npy')).stat().st_size
        for name in ('store', 'half')
    ]
    assert sizes[0] - 128 == 2 * (sizes[1] - 128)


def test_values_that_float16_cannot_hold_are_told(root):
    """70000 would become infinite."""
    path = root / 'features/train1.npy'
    np.save(path, np.load(path) * 70000)
    with pytest.raises(ValueError, match="'train1': .*float16, found one of"):
        pack_segments(build(root), root / 'half', SEGMENTS, 'float16')


def touch(path):
    os.utime(path, ns=(1, 1))


def shorten(path):
    stat = path.stat()
    np.save(path, np.load(path)[:-1])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize('change', [touch, shorten])
def test_a_stale_store_is_refused(root, change):
    """One source has another time or another size; packing mends it."""
    change(root / 'features/train3.npy')
    with pytest.raises(
        ValueError, match=r"stale: video 'train3' .*train3\.npy.*pack the"
    ):
        build(root, 'store')
    assert pack_segments(build(root), root / 'store', SEGMENTS) == (5, 0)
    for bag, expected in zip(build(root, 'store'), build(root)):
        assert bag['inputs'].equal(expected['inputs'])
    assert len(list((root / 'store').iterdir())) == 2


def test_other_layout_videos_or_segments_are_refused(root):
    """What was packed must be what the config asks for."""
    layout = dict(features=dict(name='{video}.npy', drop_last=1))
    with pytest.raises(ValueError, match='stale: .*was packed as .*drop_last'):
        build(root, 'store', layout=layout)
    (root / 'annotations/train.json').write_text(
        (root / 'annotations/test.json').read_text()
    )
    with pytest.raises(ValueError, match="expected video 'test0', found 5"):
        build(root, 'store')


def test_other_segments_are_refused(root):
    """The store has 4."""
    pipeline = [
        dict(type='LoadFeature'),
        dict(type='SegmentFeature', num_segments=5),
    ]
    with pytest.raises(ValueError, match=r'found 4 segments .*_segments=5'):
        build(root, 'store', pipeline=pipeline)[0]


def test_segments_of_another_making_are_refused(tmp_path):
    """A store of what is read between snippets gives the bags of the files,
    and none to a pipeline that averages; nor the other way round."""
    make_data(tmp_path)
    config = small_config(tmp_path, 's3r_i3d_ped2')
    pack_config(config, str(tmp_path / 'linear'))
    pack_config(small_config(tmp_path), str(tmp_path / 'mean'))
    source = config.train_dataloader.dataset.dataset
    expected = DATASETS.build(source)[3]['inputs']
    source.store = 'linear'
    assert DATASETS.build(source)[3]['inputs'].equal(expected)
    source.store = 'mean'
    with pytest.raises(ValueError, match="resampling='mean'.*'linear'"):
        DATASETS.build(source)[3]
    source.pipeline[1].pop('resampling')
    source.store = 'linear'
    with pytest.raises(ValueError, match="resampling='linear'.*'mean'"):
        DATASETS.build(source)[3]


def test_sources_may_be_gone(root):
    """Features are large and may be moved away once they are packed."""
    expected = [bag['inputs'] for bag in build(root)]
    (root / 'features').rename(root / 'archive')
    for bag, inputs in zip(build(root, 'store'), expected):
        assert bag['inputs'].equal(inputs)


def test_testing_refuses_a_store(root):
    """A test needs whole videos."""
    with pytest.raises(ValueError, match='testing needs whole videos.*store'):
        build(root, 'store', test_mode=True)


@pytest.mark.parametrize(
    'damage, message',
    [
        (
            lambda store: store.joinpath('index.json').write_text('{'),
            'index of a',
        ),
        (
            lambda store: store.joinpath('index.json').write_text('[]'),
            'index of',
        ),
        (
            lambda store: store.joinpath('index.json').unlink(),
            'found no index',
        ),
        (
            lambda store: next(store.glob('*.npy')).write_bytes(b''),
            'cannot be re',
        ),
        (lambda store: next(store.glob('*.npy')).unlink(), 'cannot be read'),
        (
            lambda store: os.truncate(next(store.glob('*.npy')), 300),
            'cannot be',
        ),
        (
            lambda store: np.save(
                next(store.glob('*.npy')), np.zeros((5, 2, 4, 7))
            ),
            r'expected shape \(5, 2, 4, 8\).*found \(5, 2, 4, 7\)',
        ),
    ],
)
def test_damaged_stores_are_told(root, damage, message):
    """One error: file, found, expected."""
    damage(root / 'store')
    with pytest.raises(
        (ValueError, FileNotFoundError), match=f'store.*{message}'
    ):
        build(root, 'store')


def test_a_bad_file_leaves_no_store(tmp_path):
    """NaN in the fourth of five videos; mended, packing goes on."""
    make_data(tmp_path)
    path = tmp_path / 'features/train3.npy'
    good = np.load(path)
    stat = path.stat()
    np.save(path, good * np.nan)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(ValueError, match=r'train3\.npy: expected finite'):
        pack_segments(build(tmp_path), tmp_path / 'store', SEGMENTS)
    with pytest.raises(FileNotFoundError, match='goes on where it was stop'):
        build(tmp_path, 'store')
    np.save(path, good)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert pack_segments(build(tmp_path), tmp_path / 'store', SEGMENTS) == (
        2,
        3,
    )
    for bag, expected in zip(build(tmp_path, 'store'), build(tmp_path)):
        assert bag['inputs'].equal(expected['inputs'])


def test_rows_that_do_not_fit_their_checksum_are_written_again(tmp_path):
    """A power cut may lose a row whose line was kept, or tear a line."""
    make_data(tmp_path)
    dataset = build(tmp_path)

    def stop_after(rows):
        for row in rows:
            if row == 4:
                raise KeyboardInterrupt
            yield row

    with pytest.raises(KeyboardInterrupt):
        pack_segments(dataset, tmp_path / 'store', SEGMENTS, track=stop_after)
    part = next((tmp_path / 'store').glob('*.part'))
    content = bytearray(part.read_bytes())
    content[128 + 40] ^= 255  # in row 0
    part.write_bytes(content)
    record = next((tmp_path / 'store').glob('*.progress'))
    record.write_text(record.read_text()[:-4])  # the line of row 3
    assert pack_segments(dataset, tmp_path / 'store', SEGMENTS) == (3, 2)
    for bag, expected in zip(build(tmp_path, 'store'), dataset):
        assert bag['inputs'].equal(expected['inputs'])


def test_a_killed_pack_goes_on(tmp_path):
    """SIGKILL of tools/data/pack.py among 60 videos, then again.

    Oracle: the second call says how many were there, and the bags equal
    those of the files.
    """
    make_data(tmp_path, abnormal=30, normal=30)
    rng = np.random.default_rng(0)
    for path in (tmp_path / 'features').glob('train*'):
        write_features(
            path.parent, path.name, rng.random((300, 10, 128), np.float32)
        )
    config = tmp_path / 'config.py'
    small_config(
        tmp_path, **{'train_dataloader.dataset.dataset.store': 'store'}
    ).dump(config)
    command = [ROOT / 'tools/data/pack.py', config]
    with open(os.devnull, 'wb') as nothing:
        process = start_script(*command, cwd=ROOT, output=nothing.fileno())
    record = None
    deadline = time.time() + 60
    while not record or record.read_text().count('\n') < 5:
        assert process.is_alive() and time.time() < deadline
        record = next((tmp_path / 'store').glob('*.progress'), None)
        time.sleep(0.001)
    process.kill()
    process.join()
    assert not (tmp_path / 'store/index.json').exists()
    code, printed = run_script(*command, cwd=ROOT)
    assert code == 0, printed
    kept = int(printed.split(' videos packed, ')[1].split()[0])
    assert 4 <= kept < 60
    source = dict(
        pipeline=[
            dict(type='LoadFeature'),
            dict(type='SegmentFeature', num_segments=9),
            dict(type='PackAnomalyInputs'),
        ]
    )
    for bag, expected in zip(
        build(tmp_path, 'store', **source), build(tmp_path, **source)
    ):
        assert bag['inputs'].equal(expected['inputs'])


def test_a_file_in_place_of_the_store_is_told(root):
    """It is left alone."""
    (root / 'file').write_text('mine')
    with pytest.raises(ValueError, match='file: expected the folder .* file'):
        pack_segments(build(root), root / 'file', SEGMENTS)
    assert (root / 'file').read_text() == 'mine'


def test_a_config_is_packed_whole(tmp_path):
    """Held-out videos too, S from its pipeline, nothing done twice."""
    make_data(tmp_path, abnormal=6, normal=6)
    config = small_config(
        tmp_path, **{'train_dataloader.dataset.dataset.val_ratio': 0.5}
    )
    with pytest.raises(ValueError, match='expected the folder of the store'):
        pack_config(config)
    out = str(tmp_path / 'store')
    assert pack_config(config, out) == (out, 12, 0)
    assert pack_config(config, out) == (out, 0, 12)
    index = json.loads((tmp_path / 'store/index.json').read_text())
    assert index['num_segments'] == 9
    config.train_dataloader.dataset.dataset.pipeline.pop(1)
    with pytest.raises(ValueError, match='one SegmentFeature, found 0'):
        pack_config(config, out)
