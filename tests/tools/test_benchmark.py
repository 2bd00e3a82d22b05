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
        '--repeats', '1', '--json',
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
    assert any(name.startswith('metric on 2') for name in figures)
