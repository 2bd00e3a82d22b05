"""A detector of brightness, as configs and weights on disk.

The backbone gives tanh of the mean pixel, the neck leaves it as it is, the
head's sigmoid is steep. Its MTN makes the latency five snippets all the same.
"""

import cv2
import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from tests.support.tiny import TinyBackbone, tiny_config

MODEL = dict(
    type='AnomalyDetector',
    in_channels=None,  # comes out of the checkpoint
    neck=dict(type='MTN'),
    head=dict(type='RTFMHead', hidden_channels=()),
)
DARK, BRIGHT = 0, 255


def make_place(folder):
    """Write config.py and d.pth of the detector, extractor.py and b.pth."""
    init_default_scope('mmaction')
    backbone = TinyBackbone()
    torch.nn.init.constant_(
        backbone.conv.weight, 2 / backbone.conv.weight[0].numel()
    )
    torch.nn.init.zeros_(backbone.conv.bias)
    torch.save(dict(state_dict=backbone.state_dict()), folder / 'b.pth')
    extractor = tiny_config(folder / 'b.pth')
    extractor['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(extractor).dump(folder / 'extractor.py')
    detector = MODELS.build({**MODEL, 'in_channels': 4})
    for parameter in detector.neck.parameters():
        torch.nn.init.zeros_(parameter)
    torch.nn.init.constant_(detector.head.classifier[0].weight, 2.5)
    torch.nn.init.zeros_(detector.head.classifier[0].bias)
    torch.save(dict(state_dict=detector.state_dict()), folder / 'd.pth')
    Config(dict(model=MODEL)).dump(folder / 'config.py')
    return folder


def options(place):
    """Command line that names the detector and the extractor of a place."""
    return [
        '--config',
        str(place / 'config.py'),
        '--checkpoint',
        str(place / 'd.pth'),
        '--extractor',
        str(place / 'extractor.py'),
    ]


def frames(*runs):
    """Runs of (count, brightness) as frames of 64x48."""
    for count, value in runs:
        for _ in range(count):
            yield np.full((48, 64, 3), value, np.uint8)


def write_video(path, *runs, fps=25):
    """Write runs of (count, brightness) as a video."""
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), fps, (64, 48)
    )
    for frame in frames(*runs):
        writer.write(frame)
    writer.release()
    return path
