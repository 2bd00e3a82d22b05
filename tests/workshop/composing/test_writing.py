"""How a clip's frames are made to fit."""

import dataclasses

import cv2
import numpy as np
import pytest

from rtfm_mmaction.workshop.composing.writing import read_frames
from tests.workshop.composing_data import make_clip


@pytest.mark.parametrize(
    'width, height', [(96, 48), (64, 80), (128, 96), (48, 24), (32, 40)]
)
def test_the_middle_is_kept_in_its_proportions(tmp_path, width, height):
    """Oracle: by hand. In the largest 64:48 rectangle at the clip's middle,
    grey rises by 64 levels from left to right and by 24 from top to bottom,
    and is 128 in the middle. So it does in the result: a level a column and
    half a level a row, which a stretched picture would exceed."""
    scale = min(width / 64, height / 48)
    columns = np.arange(width) + 0.5 - width / 2
    rows = np.arange(height) + 0.5 - height / 2
    grey = 128 + (columns + rows[:, None] / 2) / scale
    path = tmp_path / 'ramp.mp4'
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), 25, (width, height)
    )
    for _ in range(3):
        writer.write(
            np.repeat(np.rint(grey)[..., None], 3, 2).astype(np.uint8)
        )
    writer.release()
    clip = dataclasses.replace(
        make_clip(0), path=path, width=width, height=height
    )
    frames = np.stack(read_frames(clip, (64, 48))).astype(float)
    assert frames.shape == (3, 48, 64, 3)
    expected = (
        128
        + np.arange(64)
        + 0.5
        - 32
        + (np.arange(48)[:, None] + 0.5 - 24) / 2
    )
    # Inside, for at the borders enlarging and coding do as they like.
    difference = (frames.mean((0, 3)) - expected)[4:-4, 4:-4]
    assert np.abs(difference).max() < 6
    slope = np.polyfit(np.arange(56), difference.mean(0), 1)[0]
    assert abs(slope) < 0.05
