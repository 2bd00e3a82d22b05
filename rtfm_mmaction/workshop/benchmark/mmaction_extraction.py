"""mmaction2's own feature extraction, timed."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List

import torch
from torch import nn

# Videos of two runs. The more they differ, the less their starts matter.
COUNTS = (1, 4)


def seconds_of_mmaction(
    video: Path, config: dict, network: nn.Module, crops: int
) -> float:
    """Time mmaction2's ``clip_feature_extraction.py`` on a video.

    Args:
        video (Path): Video file.
        config (dict): Of our extractor, ``model`` and ``extractor``.
        network (nn.Module): The network with weights.
        crops (int): 1 or 10; the same ten crops as ours, in another order.

    Returns:
        float: Seconds that one more video of the kind takes: a list of four
        less a list of one, which leaves out the start of the program.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        torch.save(
            dict(
                state_dict={
                    f'backbone.{key}': value
                    for key, value in network.state_dict().items()
                }
            ),
            folder / 'weights.pth',
        )
        (folder / 'config.py').write_text(config_text(config, crops))
        times = []
        for count in COUNTS:
            (folder / 'list.txt').write_text(f'{video.name} 0\n' * count)
            begin = time.perf_counter()
            subprocess.run(
                [
                    sys.executable,
                    '-m',
                    f'{__package__}.watched_mmaction',
                    json.dumps(dict(folder=name, root=str(video.parent))),
                ],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            times.append(time.perf_counter() - begin)
    return (times[1] - times[0]) / (COUNTS[1] - COUNTS[0])


def config_text(config: dict, crops: int) -> str:
    """A config of mmaction2's, as its I3D's for testing.

    Args:
        config (dict): Of our extractor, ``model`` and ``extractor``.
        crops (int): 1 or 10.
    """
    resize = tuple(config['extractor']['resize'])
    pipeline: List[dict] = [
        dict(type='DecordInit'),
        dict(
            type='UntrimmedSampleFrames',
            clip_len=16,
            clip_interval=16,
            frame_interval=1,
        ),
        dict(type='DecordDecode'),
    ]
    if crops == 1:
        pipeline.append(dict(type='Resize', scale=resize, keep_ratio=False))
    else:
        pipeline += [
            dict(type='Resize', scale=resize, keep_ratio=False),
            dict(
                type='TenCrop', crop_size=config['extractor']['crops']['size']
            ),
        ]
    pipeline += [
        dict(type='FormatShape', input_format='NCTHW'),
        dict(type='PackActionInputs'),
    ]
    model = dict(
        type='Recognizer3D',
        backbone={
            key: value
            for key, value in config['model'].items()
            if key != 'init_cfg'
        },
        cls_head=dict(type='I3DHead', num_classes=400, in_channels=2048),
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=list(config['extractor']['mean']),
            std=list(config['extractor']['std']),
            format_shape='NCTHW',
        ),
    )
    loader = dict(
        batch_size=1,
        num_workers=2,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='VideoDataset',
            ann_file='list.txt',
            pipeline=pipeline,
            test_mode=True,
        ),
    )
    return '\n'.join(
        [
            "default_scope = 'mmaction'",
            "custom_imports = dict(imports=['rtfm_mmaction'])",
            f'model = {model}',
            f'test_dataloader = {loader}',
            "test_cfg = dict(type='TestLoop')",
            'test_evaluator = []',
            "log_level = 'ERROR'",
        ]
    )
