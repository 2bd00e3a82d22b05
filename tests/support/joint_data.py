"""Small videos, a small network, and a config that trains all of it."""

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import BaseModule
from torch import nn

from rtfm_mmaction.datasets.annotations import save_annotations
from tests.support.helpers import ROOT
from tests.support.small_data import annotation
from tests.support.tiny import make_video

CROPS = dict(layout='five', size=32)
PIXELS = dict(mean=[100.0, 110.0, 120.0], std=[50.0, 60.0, 70.0])


@MODELS.register_module(force=True)
class StagedBackbone(BaseModule):
    """(B, 3, L, H, W) -> (B, 8, L / 2, H / 8, W / 8) by a stem and a stage.

    Args:
        frozen_stages (int): 0 freezes the stem, 1 both. Defaults to -1.
        norm (str): 'GN' or 'BN'. Defaults to 'GN'.
    """

    def __init__(self, frozen_stages=-1, norm='GN', init_cfg=None):
        super().__init__(init_cfg)
        self.stem = nn.Conv3d(3, 4, (2, 8, 8), (2, 8, 8))
        self.norm = nn.GroupNorm(2, 4) if norm == 'GN' else nn.BatchNorm3d(4)
        self.stage = nn.Conv3d(4, 8, 1)
        self.seen = []
        for name in ('stem', 'norm', 'stage')[: (0, 2, 3)[frozen_stages + 1]]:
            getattr(self, name).requires_grad_(False)

    def forward(self, inputs):
        self.seen.append(len(inputs))
        return self.stage(self.norm(self.stem(inputs)).tanh()).tanh()


def make_videos(root, train=(40, 70, 33, 90), test=(50, 64, 85)):
    """Write videos of so many frames; the first half of each is abnormal.

    Returns:
        Path: ``root``, with ``videos/`` and ``annotations/``.
    """
    (root / 'videos').mkdir()
    for subset, lengths in (('train', train), ('test', test)):
        entries = []
        for index, frames in enumerate(lengths):
            name = f'{subset}{index}'
            make_video(
                root / 'videos' / f'{name}.mp4',
                frames,
                seed=len(entries) + 10 * len(subset),
            )
            label = int(index < (len(lengths) + 1) // 2)
            known = subset == 'test'
            entries.append(
                annotation(
                    name,
                    label,
                    frames,
                    [[16, 32]][:label] if known or not label else None,
                )
            )
        save_annotations(
            root / 'annotations' / f'{subset}.json',
            dict(dataset='small', subset=subset),
            entries,
        )
    return root


def save_backbone(path, seed=0):
    """Write random weights of the small network."""
    torch.manual_seed(seed)
    torch.save(dict(state_dict=StagedBackbone().state_dict()), path)
    return path


def joint_config(root, **options):
    """``configs/rtfm_i3d-joint_ped2.py`` over :func:`make_videos`' files.

    Args:
        root (Path): The data set.
        **options: Dotted keys with ``__`` for the dot, to override.

    Returns:
        Config: Ready for :func:`rtfm_mmaction.apis.load_config`.
    """
    config = Config.fromfile(ROOT / 'configs/rtfm_i3d-joint_ped2.py')
    load = dict(type='LoadSnippets', resize=(56, 40))
    pack = dict(type='PackSnippetInputs')
    test = [dict(load, crops=CROPS), pack]
    train = [
        dict(load, crops=dict(layout='random', size=32), num_segments=3),
        pack,
    ]
    values = {
        'custom_imports.imports': [
            'rtfm_mmaction',
            'tests.support.joint_data',
        ],
        'model.in_channels': 8,
        'model.backbone': dict(_delete_=True, type='StagedBackbone'),
        'model.backbone_checkpoint': True,
        'model.data_preprocessor': PIXELS,
        'train_dataloader.batch_size': 2,
        'train_cfg': dict(max_iters=6, val_begin=6, val_interval=6),
        'default_hooks.checkpoint.interval': 3,
        'default_hooks.logger.interval': 1,
        'work_dir': str(root / 'work'),
        'load_from': None,
        'train_dataloader.dataset.dataset': dict(
            data_root=str(root), pipeline=train
        ),
        'val_dataloader.dataset': dict(data_root=str(root), pipeline=test),
        'test_dataloader.dataset': dict(data_root=str(root), pipeline=test),
    }
    config.merge_from_dict(values)
    config.merge_from_dict(
        {k.replace('__', '.'): v for k, v in options.items()}
    )
    return config


def random_clips(*shape, size=16, seed=0):
    """Clips of noise, (*shape, 2, size, size, 3) uint8."""
    rng = np.random.default_rng(seed)
    return torch.from_numpy(
        rng.integers(0, 255, (*shape, 2, size, size, 3), np.uint8)
    )
