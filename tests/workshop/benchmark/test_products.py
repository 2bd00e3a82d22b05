"""Operations of networks and of bare products."""

import numpy as np
import pytest

from rtfm_mmaction.extraction.extractor import build_extractor
from rtfm_mmaction.workshop.benchmark.products import flops_of, product_speed
from tests.support.tiny import tiny_config


def test_operations_of_a_pass():
    """By hand: two clips, 4 channels of 8 * 4 * 4 places, each of 3 * 2 * 8 *
    8 products and as many additions; preparing and means count as nothing."""
    extractor = build_extractor(tiny_config('none.pth'), random=True)
    clips = [np.zeros((16, 32, 32, 3), np.uint8)] * 2
    extractor.network(clips)  # prepares the network
    expected = 2 * (2 * 4 * 8 * 4 * 4 * 3 * 2 * 8 * 8)
    assert flops_of(extractor.network, clips) == expected


@pytest.mark.parametrize('dtype', ['fp32', 'bf16'])
def test_speed_of_a_product(dtype):
    """Between a thousand and a thousand million million operations a second."""
    assert 1e3 < product_speed(dtype, size=16, repeats=1) < 1e15
