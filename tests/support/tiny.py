"""Small videos and a small network for the tests of extraction."""

import struct

import cv2
import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import nn


@MODELS.register_module(force=True)
class TinyBackbone(BaseModule):
    """(B, 3, L, H, W) -> (B, 4, L / 2, H / 8, W / 8)."""

    def __init__(self, init_cfg=None):
        super().__init__(init_cfg)
        self.conv = nn.Conv3d(3, 4, (2, 8, 8), (2, 8, 8))

    def forward(self, inputs):
        return self.conv(inputs).tanh()


def make_video(path, frames, size=(64, 48), codec='mp4v', seed=0):
    """Write noise that moves, frame by frame another; ``size`` is (W, H)."""
    random = np.random.default_rng(seed)
    field = cv2.resize(
        random.integers(0, 255, (12, 16, 3), np.uint8), size
    ).astype(int)
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*codec), 25, size
    )
    assert writer.isOpened()
    for index in range(frames):
        frame = (np.roll(field, 3 * index, 1) + 5 * index) % 256
        writer.write(frame.astype(np.uint8))
    writer.release()
    return path


def make_weights(path, seed=0):
    """Write random weights of the tiny backbone."""
    torch.manual_seed(seed)
    torch.save(dict(state_dict=TinyBackbone().state_dict()), path)
    return path


def tiny_config(weights, **changes):
    """Config of an extractor: five 32 crops of frames of 56x40."""
    extractor = dict(resize=(56, 40), crops=dict(layout='five', size=32))
    extractor.update(changes)
    return dict(
        model=dict(
            type='TinyBackbone',
            init_cfg=dict(type='Pretrained', checkpoint=str(weights)),
        ),
        extractor=extractor,
    )


def index_first(data):
    """Move an MP4's index (moov) before its frames (mdat).

    Each atom is its length (4 bytes), its kind (4 bytes) and a body; stco
    holds the frames' offsets in the file, which grow by the index's length.
    """
    atoms, at = {}, 0
    while at < len(data):
        length = struct.unpack('>I', data[at : at + 4])[0]
        atoms[data[at + 4 : at + 8]] = data[at : at + length]
        at += length
    moov = bytearray(atoms[b'moov'])
    at = moov.find(b'stco') + 8
    count = struct.unpack('>I', moov[at : at + 4])[0]
    offsets = struct.unpack_from(f'>{count}I', moov, at + 4)
    struct.pack_into(
        f'>{count}I', moov, at + 4, *(offset + len(moov) for offset in offsets)
    )
    return b''.join(
        bytes(moov) + body if kind == b'mdat' else body
        for kind, body in atoms.items()
        if kind != b'moov'
    )
