"""Where tiles are, by hand, and settings that do not say it."""

import numpy as np
import pytest

from rtfm_mmaction.apis.config_names import read_config
from rtfm_mmaction.apis.recorded_extractor import settings_of
from rtfm_mmaction.extraction.tile_boxes import pixels, tile_boxes

TILES = dict(resize=[96, 64], crops=dict(layout='tiles', size=32))


def test_tiles_lie_row_by_row():
    """Oracle: by hand, of two rows of three tiles."""
    third = 1 / 3
    np.testing.assert_allclose(
        tile_boxes(TILES, 6),
        [
            [0, 0, third, 0.5],
            [third, 0, 2 * third, 0.5],
            [2 * third, 0, 1, 0.5],
            [0, 0.5, third, 1],
            [third, 0.5, 2 * third, 1],
            [2 * third, 0.5, 1, 1],
        ],
    )


def test_the_shipped_tiles_are_found():
    """Oracle: the config's own comment, two rows of three tiles; in a video
    of 1280x720 the last one is 427 wide and 360 high."""
    config = read_config('inception-i3d_kinetics400_tiles').to_dict()
    boxes = tile_boxes(settings_of(config), 6)
    assert pixels(boxes[5], (1280, 720)) == (853, 360, 1280, 720)


@pytest.mark.parametrize(
    'change',
    [
        dict(crops=dict(layout='five', size=32)),
        dict(crops=dict(layout='ten', size=32)),
        dict(crops=dict(layout='tiles', size=0)),
        dict(crops=dict(layout='tiles', size='32')),
        dict(crops=dict(layout='tiles')),
        dict(crops=None),
        dict(resize=[96]),
        dict(resize=[97, 64]),
        # Of 10 ** 18 tiles, which nobody waits for.
        dict(resize=[10**9, 10**9], crops=dict(layout='tiles', size=1)),
        dict(resize=[32, 32]),
    ],
    ids=str,
)
def test_nothing_is_said_of_other_crops(change):
    """Property: whatever a side-car holds, features can be scored."""
    assert tile_boxes({**TILES, **change}, 6) is None


def test_numbers_of_crops_have_to_agree():
    """Property: None of one tile alone, of others and of no settings."""
    one = dict(resize=[32, 32], crops=dict(layout='tiles', size=32))
    assert tile_boxes(one, 1) is None
    assert tile_boxes(TILES, 5) is None
    assert tile_boxes(None, 6) is None
