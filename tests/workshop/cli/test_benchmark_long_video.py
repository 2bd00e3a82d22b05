"""The benchmark of long videos runs, and its ratios are of its figures."""

import json

import pytest

from rtfm_mmaction.workshop.cli.benchmark import main


def test_benchmark_of_long_videos(tmp_path):
    """Oracle: the quotients of the figures in the same file; 135 000 snippets
    are 135 times 1 000. In chunks, a day takes hardly more memory."""
    target = tmp_path / 'figures.json'
    main(['--only', 'long-video', '--channels', '64', '--json', str(target)])
    figures = json.loads(target.read_text())
    short, day = (
        figures[f'scoring T = {length}, s'] for length in (1000, 135000)
    )
    assert figures['growth of T'] == 135
    assert figures['growth of time'] == pytest.approx(day / short)
    assert figures['growth of time / growth of T'] == pytest.approx(
        day / short / 135
    )
    assert figures['growth of memory'] == pytest.approx(
        figures['scoring T = 135000, GB'] / figures['scoring T = 1000, GB']
    )
    assert 0.1 < figures['scoring T = 1000, GB']
    assert figures['growth of memory'] < 1.1
