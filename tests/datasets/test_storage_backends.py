"""Features behind mmengine's storage backends."""

from pathlib import Path

import lmdb
import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.fileio.backends import (
    BaseStorageBackend,
    backends,
    register_backend,
)
from torch.utils.data import DataLoader

from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import get_layout
from tests.support.small_data import annotation, make_data, write_features
from tests.support.web import serve


def build(root, subset='train', **kwargs):
    config = dict(
        type='WeakLabelDataset',
        ann_file=f'annotations/{subset}.json',
        data_root=str(root),
        data_prefix=dict(features='features'),
        test_mode=subset == 'test',
        pipeline=[dict(type='LoadFeature'), dict(type='PackAnomalyInputs')],
    )
    return DATASETS.build({**config, **kwargs})


@pytest.fixture
def web(tmp_path):
    """The folder ``tmp_path`` as http://127.0.0.1:PORT."""
    with serve(tmp_path) as address:
        yield address


@pytest.mark.parametrize('subset', ['train', 'test'])
def test_a_web_server_gives_the_same_bags(tmp_path, web, subset):
    """Oracle: the bags from local files."""
    local = build(make_data(tmp_path), subset)
    remote = build(
        tmp_path, subset, data_prefix=dict(features=f'{web}/features')
    )
    assert len(remote) == len(local)
    for bag, expected in zip(remote, local):
        assert bag['inputs'].equal(expected['inputs'])
        assert (
            bag['data_samples'].num_snippets
            == expected['data_samples'].num_snippets
        )


def test_hostile_names_on_a_web_server(tmp_path, web):
    """'#' would end the address; crops must be counted by the config."""
    name = 'a=b__#1 [ü]_label_A'
    crops = np.random.rand(2, 3, 4).astype(np.float32)
    for k in range(2):
        write_features(tmp_path / 'features', f'{name}__{k}.npy', crops[k])
    save_annotations(
        tmp_path / 'annotations/train.json', dict(), [annotation(name, 0)]
    )
    layout = dict(name='{video}__{crop}.npy', num_crops=2)
    prefix = dict(features=f'{web}/features')
    dataset = build(tmp_path, data_prefix=prefix, layout=dict(features=layout))
    assert np.array_equal(dataset[0]['inputs'].numpy(), crops)
    with pytest.raises(ValueError, match='expected num_crops .* found none'):
        build(tmp_path, data_prefix=prefix, layout='per_crop')
    with pytest.raises(ValueError, match="layout='auto' needs storage"):
        build(tmp_path, data_prefix=prefix, layout='auto')


def test_missing_and_bad_files_on_a_web_server(tmp_path, web):
    """The address is named."""
    make_data(tmp_path)
    dataset = build(tmp_path, data_prefix=dict(features=f'{web}/features'))
    path = tmp_path / 'features/train3.npy'
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match=r'http.*train3\.npy: .*whole'):
        dataset[3]
    path.unlink()
    with pytest.raises(ValueError, match=r'http.*train3\.npy: .*none that'):
        dataset[3]
    np.save(path, np.zeros((4, 3, 8), np.float32))
    with pytest.raises(
        ValueError,
        match=r'train3\.npy: .*\(3, 8\), expected '
        r'\(2, 8\)',
    ):
        dataset[3]


class BucketBackend(BaseStorageBackend):
    """A store of objects that lists them, as Petrel does, on a folder."""

    def __init__(self, bucket):
        self.bucket = bucket

    def _file(self, path):
        return Path(str(path).replace('bucket://', f'{self.bucket}/'))

    def get(self, filepath):
        return self._file(filepath).read_bytes()

    def get_text(self, filepath, encoding='utf-8'):
        return self._file(filepath).read_text(encoding)

    def list_dir_or_file(
        self,
        dir_path,
        list_dir=True,
        list_file=True,
        suffix=None,
        recursive=False,
    ):
        root = self._file(dir_path)
        for path in sorted(root.rglob('*')):
            if path.is_file() and path.name.endswith(suffix):
                yield str(path.relative_to(root))


@pytest.fixture
def bucket():
    register_backend('bucket', BucketBackend, force=True)
    yield 'bucket'
    backends.pop('bucket')


def test_storage_that_lists_its_objects(tmp_path, bucket):
    """Found by listing, in folders of classes too; layout is detected."""
    make_data(tmp_path)
    local = list(build(tmp_path))
    (tmp_path / 'features/Normal').mkdir()
    for k in (3, 4):
        (tmp_path / f'features/train{k}.npy').rename(
            tmp_path / f'features/Normal/train{k}.npy'
        )
    remote = build(
        tmp_path,
        data_prefix=dict(features='bucket://features'),
        layout='auto',
        backend_args=dict(backend=bucket, bucket=str(tmp_path)),
    )
    for bag, expected in zip(remote, local):
        assert bag['inputs'].equal(expected['inputs'])
    (tmp_path / 'features/train0.npy').unlink()
    folder = FeatureFolder(
        'bucket://features', dict(backend=bucket, bucket=str(tmp_path))
    )
    with pytest.raises(FileNotFoundError, match='expected bucket://features/'):
        folder.find('train0', 'Abnormal', get_layout('packed'))


@pytest.mark.parametrize('workers', [0, 2])
def test_a_data_base_gives_the_same_bags(tmp_path, workers):
    """LMDB, whose keys are the files' names; also in processes of a loader.

    Oracle: the bags from local files.
    """
    local = build(make_data(tmp_path))
    with lmdb.open(str(tmp_path / 'lmdb'), map_size=1 << 24) as base:
        with base.begin(write=True) as transaction:
            for path in (tmp_path / 'features').glob('*.npy'):
                transaction.put(path.name.encode(), path.read_bytes())
    stored = build(
        tmp_path,
        ann_file=str(tmp_path / 'annotations/train.json'),
        data_root='',
        data_prefix=dict(features=''),
        backend_args=dict(backend='lmdb', db_path=str(tmp_path / 'lmdb')),
    )
    loader = DataLoader(
        stored,
        batch_size=None,
        num_workers=workers,
        multiprocessing_context='fork' if workers else None,
    )
    bags = [bag['inputs'] for bag in loader]
    assert len(bags) == len(local) == 5
    for bag, expected in zip(bags, local):
        assert bag.equal(expected['inputs'])


def test_a_key_that_a_data_base_lacks_is_told(tmp_path):
    """LMDB answers with nothing."""
    make_data(tmp_path)
    lmdb.open(str(tmp_path / 'lmdb')).close()
    with pytest.raises(ValueError, match=r'train0\.npy: .* none of that name'):
        build(
            tmp_path,
            ann_file=str(tmp_path / 'annotations/train.json'),
            data_root='',
            data_prefix=dict(features=''),
            backend_args=dict(backend='lmdb', db_path=str(tmp_path / 'lmdb')),
        )
