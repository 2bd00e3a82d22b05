"""Figures of how even shards are."""

import json

import pytest

from rtfm_mmaction.io.shards import shard_of
from rtfm_mmaction.workshop.benchmark import measure_shard_balance
from rtfm_mmaction.workshop.cli import benchmark


def test_figures_by_hand(tmp_path, capsys, monkeypatch):
    """20 frames in two shards of 10 on average: 9 + 1 by length at best, and
    the longest video alone is 0.9. Oracle of names: their sums."""
    frames = dict(a=9, b=5, c=5, d=1)
    (tmp_path / 'counts.csv').write_text(
        'video,frames\n' + ''.join(f'{k},{v}\n' for k, v in frames.items())
    )
    target = tmp_path / 'figures.json'
    monkeypatch.setattr(benchmark, 'find_spec', lambda name: None)
    monkeypatch.setattr(benchmark, 'measure_ray', lambda *args: {})
    with pytest.raises(SystemExit):
        benchmark.main(['--only', 'scale'])
    assert 'expected --frame-counts or Ray' in capsys.readouterr().err
    benchmark.main(
        ['--only', 'scale', '--frame-counts', str(tmp_path / 'counts.csv')]
        + ['--json', str(target)]
    )
    figures = json.loads(target.read_text())
    first = sum(n for name, n in frames.items() if shard_of(name, 8) == 1)
    assert measure_shard_balance(frames, [2]) == {
        '2 shards by name, longest / mean': max(
            sum(n for name, n in frames.items() if shard_of(name, 2) == part)
            for part in (1, 2)
        )
        / 10,
        '2 shards by length, longest / mean': 1.0,
        'longest video / mean of 2 shards': 0.9,
    }
    assert figures['8 shards by name, longest / mean'] >= first / 2.5
