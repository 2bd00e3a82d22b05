"""How long it will take."""

import shutil
import time
from collections import namedtuple
from math import prod

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from rtfm_mmaction.apis.fitting import expected_time
from rtfm_mmaction.apis.fitting.expected_time import (
    CLIP_FLOP,
    Extraction,
    cost_lines,
    measure_speed,
)


def test_operations_of_a_clip():
    """Oracle: products of all convolutions by their shapes, on a frame of a
    seventh of the width: where the network's strides divide it, its work is
    that share of the whole one's."""
    network = MODELS.build(dict(type='InceptionI3D')).eval()
    products = []

    def count(module, inputs, output):
        products.append(output.numel() * prod(module.weight.shape[1:]))

    for module in network.modules():
        if isinstance(module, nn.Conv3d):
            module.register_forward_hook(count)
    with torch.no_grad():
        network(torch.zeros(1, 3, 16, 32, 32))
    assert 2 * sum(products) * 49 == pytest.approx(CLIP_FLOP, rel=0.01)


def test_speed_is_that_of_products(monkeypatch):
    """Oracle: a product by itself, within what else runs here does to it;
    the time it takes."""
    monkeypatch.setattr(expected_time, 'ENOUGH', 0.1)
    begin = time.perf_counter()
    speed = measure_speed()
    assert time.perf_counter() - begin < 10
    matrix = torch.rand(512, 512)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        matrix @ matrix
        times.append(time.perf_counter() - start)
    assert 0.05 < speed * min(times) / (2 * 512**3) < 20


def test_a_small_disk_is_told(tmp_path, monkeypatch):
    """Oracle: by hand: 3 MB are to be made, 1 MB is free."""
    usage = namedtuple('usage', 'total used free')(0, 0, 1_000_000)
    monkeypatch.setattr(shutil, 'disk_usage', lambda folder: usage)
    out = tmp_path / 'not' / 'yet'
    few = Extraction(10, 1, 'x', 1.0, 900_000)
    assert len(cost_lines(few, out=out)) == 1
    many = few._replace(bytes=3_000_000)
    assert '3 MB of features' in cost_lines(many, out=out)[-1]
    assert '1 MB are free' in cost_lines(many, out=out)[-1]
