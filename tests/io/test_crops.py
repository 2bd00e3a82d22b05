"""Geometry of the crops, of the shipped configs too."""

import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.io.crops import crop_grid, cut_crops
from tests.support.helpers import ROOT

RANDOM = np.random.default_rng(0)


def crops_of(frames, layout, size):
    grid = crop_grid(layout, size, frames.shape[2], frames.shape[1])
    return cut_crops(frames, grid, size)


def test_ten_crops_of_the_released_features():
    """Oracle: slices written out by hand for frames of 340x256; the mirrored
    ones are slices of numpy's mirrored frame."""
    frames = RANDOM.integers(0, 255, (2, 256, 340, 3), np.uint8)
    mirrored = np.flip(frames, 2)
    expected = [
        part
        for image in (frames, mirrored)
        for part in (
            image[:, 0:224, 0:224],
            image[:, 0:224, 116:340],
            image[:, 16:240, 58:282],
            image[:, 32:256, 0:224],
            image[:, 32:256, 116:340],
        )
    ]
    found = crops_of(frames, 'ten', 224)
    assert len(found) == 10
    for one, other in zip(found, expected):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(crops_of(frames, 'five', 224), expected[:5]):
        np.testing.assert_array_equal(one, other)
    # The mirrored frame's top left is the frame's top right, mirrored.
    np.testing.assert_array_equal(found[5], np.flip(found[1], 2))


def test_tiles_cover_the_frame_row_by_row():
    """Oracle: joined again by numpy, six tiles are the frame."""
    frames = RANDOM.integers(0, 255, (2, 448, 672, 3), np.uint8)
    tiles = crops_of(frames, 'tiles', 224)
    assert len(tiles) == 6
    rows = [np.concatenate(tiles[i : i + 3], 2) for i in (0, 3)]
    np.testing.assert_array_equal(np.concatenate(rows, 1), frames)


def test_whole_frame():
    """Oracle: the frame."""
    frames = RANDOM.integers(0, 255, (2, 32, 32, 3), np.uint8)
    (crop,) = crops_of(frames, 'whole', 32)
    np.testing.assert_array_equal(crop, frames)


@pytest.mark.parametrize(
    'layout, width, height, message',
    [
        ('six', 64, 64, "layout of whole, five, ten, tiles, found 'six'"),
        ('whole', 64, 32, 'has to be 32x32 .* found 64x32'),
        ('five', 64, 31, 'do not fit into frames of 64x31'),
        ('tiles', 64, 48, 'found 64x48, no multiple of 32'),
    ],
)
def test_what_does_not_fit(layout, width, height, message):
    """Oracle: one sentence with what was found."""
    with pytest.raises(ValueError, match=message):
        crop_grid(layout, 32, width, height)


FIVE = [(0, 0), (0, 116), (16, 58), (32, 0), (32, 116)]


@pytest.mark.parametrize(
    'name, size, places',
    [
        ('1crop', (224, 224), [(0, 0, False)]),
        ('5crop', (340, 256), [(*place, False) for place in FIVE]),
        (
            '10crop',
            (340, 256),
            [
                (*place, mirrored)
                for mirrored in (False, True)
                for place in FIVE
            ],
        ),
        (
            'tiles',
            (672, 448),
            [(top, left, False) for top in (0, 224) for left in (0, 224, 448)],
        ),
    ],
)
def test_shipped_configs(name, size, places):
    """Oracle: rows and columns worked out by hand; and pixel * 2 / 255 - 1,
    16 frames, whole snippets alone, as the released features."""
    config = Config.fromfile(
        ROOT / f'configs/features/inception-i3d_kinetics400_{name}.py'
    )
    settings = config.extractor
    assert tuple(settings.resize) == size
    assert (
        crop_grid(settings.crops.layout, settings.crops.size, *size) == places
    )
    pixels = np.arange(256)
    np.testing.assert_allclose(
        (pixels - settings.mean[0]) / settings.std[0],
        pixels * 2 / 255 - 1,
        atol=1e-12,
    )
    assert len(set(settings.mean)) == len(set(settings.std)) == 1
    assert (settings.snippet_len, settings.tail) == (16, 'drop')
    assert config.model.type == 'InceptionI3D'
