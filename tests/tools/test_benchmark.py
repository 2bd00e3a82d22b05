"""The benchmark runs and its ratios are those of its own times."""
import json
import subprocess
import sys

import pytest

from tests.helpers import ROOT


def test_benchmark_writes_ratios_of_its_times(tmp_path):
    """Oracle: the quotients of the seconds in the same file."""
    target = tmp_path / 'figures.json'
    subprocess.run([
        sys.executable, ROOT / 'tools/benchmark.py', '--channels', '32',
        '--videos', '70', '--repeats', '1', '--json',
        str(target)
    ],
                   check=True,
                   capture_output=True)
    figures = json.loads(target.read_text())
    step = figures['fp32 training step, s']
    assert figures['fp32 products / step'] == pytest.approx(
        figures['fp32 products, s'] / step)
    assert figures['fp32 step / bf16 step'] == pytest.approx(
        step / figures['bf16 training step, s'])
    assert figures['bags from the store / from full files'] == pytest.approx(
        figures['bags a second from the store'] /
        figures['bags a second from full files'])
    # 70 videos of ten crops, 32 segments, 32 channels in float32.
    assert figures['store, GB'] == pytest.approx(
        70 * 10 * 32 * 32 * 4 / 1e9, rel=0.05)
    assert figures['training on it, GB'] > 0.1
    assert figures['start to first batch, s'] > 0.5
    assert any(name.startswith('metric on 2') for name in figures)
