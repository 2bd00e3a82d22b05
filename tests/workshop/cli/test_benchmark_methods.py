"""The benchmark of all methods runs, and its ratios are of its figures."""

import json
import subprocess
from functools import partial
from types import SimpleNamespace

import pytest

from rtfm_mmaction.apis.fitting.methods import fit_methods
from rtfm_mmaction.workshop.benchmark import measure_methods, methods
from rtfm_mmaction.workshop.benchmark.watched_methods import memory_of
from rtfm_mmaction.workshop.cli import benchmark


def test_benchmark_of_methods(tmp_path, monkeypatch):
    """Oracle: the quotients of the seconds in the same file. The processes
    that tell memory are calls; one of them is made here."""
    calls = []

    def run(command, **options):
        calls.append(json.loads(command[-1]))
        return SimpleNamespace(stdout='[0.25, 0.5]\n')

    patched = SimpleNamespace(run=run, PIPE=subprocess.PIPE)
    monkeypatch.setattr(methods, 'subprocess', patched)
    monkeypatch.setattr(
        benchmark,
        'measure_methods',
        partial(
            measure_methods,
            pairs=1,
            crops=2,
            segments=3,
            snippets=5,
            lengths=(2, 4),
        ),
    )
    target = tmp_path / 'figures.json'
    options = ['--channels', '8', '--repeats', '1', '--json', str(target)]
    benchmark.main(['--only', 'methods', *options])
    figures = json.loads(target.read_text())
    assert [call['method'] for call in calls] == fit_methods()
    for method in fit_methods():
        assert figures[f'{method} scoring T = 4, GB'] == 0.5
        for what in ('training step', 'scoring T = 5'):
            seconds = figures[f'{method} {what}, s']
            assert seconds > 0
            if method != 'rtfm':
                assert figures[f'{method} / rtfm {what}'] == pytest.approx(
                    seconds / figures[f'rtfm {what}, s']
                )
    short, long = memory_of('sultani', [2, 4], 8)
    assert 0 <= short <= long < 1
