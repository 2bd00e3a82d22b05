"""The benchmark of long videos runs, and its ratios are of its figures."""

import json
from functools import partial

import pytest

from rtfm_mmaction.workshop.benchmark import measure_long_video
from rtfm_mmaction.workshop.cli import benchmark


def test_benchmark_of_long_videos(tmp_path, monkeypatch):
    """Oracle: the quotients of the figures in the same file; 40 000 snippets
    are 40 times 1 000. In chunks, seven hours take hardly more memory: at once
    each layer of the head would take 80 MB."""
    target = tmp_path / 'figures.json'
    monkeypatch.setattr(
        benchmark,
        'measure_long_video',
        partial(measure_long_video, lengths=(1000, 40000)),
    )
    benchmark.main(
        ['--only', 'long-video', '--channels', '64', '--json', str(target)]
    )
    figures = json.loads(target.read_text())
    short, long = (
        figures[f'scoring T = {length}, s'] for length in (1000, 40000)
    )
    assert figures['growth of T'] == 40
    assert figures['growth of time'] == pytest.approx(long / short)
    assert figures['growth of time / growth of T'] == pytest.approx(
        long / short / 40
    )
    assert figures['growth of memory'] == pytest.approx(
        figures['scoring T = 40000, GB'] / figures['scoring T = 1000, GB']
    )
    assert 0.1 < figures['scoring T = 1000, GB']
    assert figures['growth of memory'] < 1.1
