"""Features as people have them train without conversion."""

import json

import numpy as np
import pytest
import torch
from mmengine.config import Config

from rtfm_mmaction.apis import build_runner, load_config
from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.helpers import ROOT, SHARED, needs_shared
from tests.support.small_data import annotation, make_data, small_config

LENGTH = 32  # what the layouts of segments have


def by_crop(feature, name):
    return {
        name.format(crop): feature[:, crop] for crop in range(feature.shape[1])
    }


def with_norm(feature):
    return np.concatenate(
        [feature, np.linalg.norm(feature, axis=-1, keepdims=True)], -1
    )


# Layout -> what a video's (T, N, C) array becomes: file -> array.
WRITERS = {
    'rtfm': lambda f: {'{}_i3d.npy': f},
    'crop_first': lambda f: {'{}_i3d.npy': f.swapaxes(0, 1)},
    'mgfn': lambda f: {'{}_i3d.npy': with_norm(f).swapaxes(0, 1)},
    'per_crop': lambda f: by_crop(f, '{{}}__{}.npy'),
    'per_crop_single': lambda f: by_crop(f, '{{}}_{}.npy'),
    'vggish': lambda f: {'{}__vggish.npy': f},
}


@pytest.fixture(scope='module')
def packed(tmp_path_factory):
    """Training videos of T = 32 and five crops, and weights from them."""
    root = make_data(tmp_path_factory.mktemp('packed'), crops=5)
    rng = np.random.default_rng(0)
    for path in (root / 'features').glob('train*.npy'):
        np.save(path, rng.random((LENGTH, 5, 8), np.float32))
    return root, train(root, root / 'features', 'packed')


def train(root, features, layout):
    """Two steps; returns the weights."""
    config = small_config(
        root,
        train_dataloader__dataset__dataset__data_prefix=dict(
            features=str(features)
        ),
        train_dataloader__dataset__dataset__layout=layout,
        train_cfg__max_iters=2,
        default_hooks__checkpoint__interval=2,
        work_dir=str(features.parent / f'work-{layout}'),
    )
    config.randomness = dict(seed=1)
    config.val_cfg = config.val_dataloader = config.val_evaluator = None
    config.default_hooks.checkpoint.pop('save_best')
    build_runner(load_config(config)).train()
    return load_checkpoint_safely(f'{config.work_dir}/iter_2.pth')[
        'state_dict'
    ]


@pytest.mark.parametrize(
    'layout, named',
    [(layout, False) for layout in sorted(WRITERS)]
    + [('mgfn', True), ('per_crop', True)],
)
def test_every_layout_trains_the_same(packed, tmp_path, layout, named):
    """Oracle: the weights that the same values in packed files give; each
    layout as it is found, one of one file and one of many by their names."""
    root, expected = packed
    folder = tmp_path / 'features'
    folder.mkdir()
    for path in (root / 'features').glob('train*.npy'):
        for name, array in WRITERS[layout](np.load(path)).items():
            np.save(folder / name.format(path.stem), array)
    found = train(root, folder, layout if named else 'auto')
    assert all(torch.equal(found[key], expected[key]) for key in expected)


@needs_shared('data/ucf_c3d_samples')
def test_real_c3d_files_train(tmp_path):
    """Four published files, the config for UCF-Crime; C from the data.

    Their frames cannot be told from segments, so testing them is refused.
    """
    names = [
        'Explosion008_x264',
        'Shoplifting028_x264',
        'Normal_Videos_006_x264',
        'Normal_Videos_024_x264',
    ]
    for subset in ('train', 'test'):
        save_annotations(
            tmp_path / f'annotations/{subset}.json',
            dict(),
            [
                annotation(
                    name,
                    int('Normal' not in name),
                    intervals=[[0, 16]] * ('Normal' not in name),
                )
                for name in names
            ],
        )
    source = dict(
        data_root=str(tmp_path),
        data_prefix=dict(features=str(SHARED / 'data/ucf_c3d_samples')),
        layout='auto',
    )
    config = Config.fromfile(ROOT / 'configs/rtfm_c3d_ucf.py')
    config.merge_from_dict(
        {
            'model.in_channels': None,
            'model.neck.with_fusion': False,
            'train_dataloader.dataset.dataset': source,
            'train_dataloader.batch_size': 2,
            'train_dataloader.num_workers': 0,
            'train_dataloader.persistent_workers': False,
            'val_dataloader.dataset': source,
            'train_cfg.max_iters': 1,
            'default_hooks.logger.interval': 1,
            # Half a gigabyte that nothing reads.
            'default_hooks.checkpoint.interval': 10,
            'default_hooks.checkpoint.save_last': False,
            'work_dir': str(tmp_path / 'work'),
        }
    )
    testing = config.val_dataloader
    config.val_cfg = config.val_dataloader = config.val_evaluator = None
    config.default_hooks.checkpoint.pop('save_best')
    runner = build_runner(load_config(config))
    runner.train()
    assert runner.model.neck.in_channels == 4096
    line = (
        (tmp_path / 'work' / runner.timestamp / 'vis_data' / 'scalars.json')
        .read_text()
        .splitlines()[-1]
    )
    assert np.isfinite(json.loads(line)['loss'])
    with pytest.raises(ValueError, match=r'\.txt: found 32 segments of a who'):
        runner.build_dataloader(testing)
