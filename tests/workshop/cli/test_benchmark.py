"""The benchmark runs and its ratios are those of its own times."""

import itertools
import json
import os
import runpy
import subprocess
import sys
from functools import partial
from types import SimpleNamespace

import pytest

from rtfm_mmaction.workshop.benchmark import (
    extraction,
    measure_metric,
    measure_store_training,
    measure_training,
    mmaction_extraction,
    scoring,
    store_training,
)
from rtfm_mmaction.workshop.benchmark.extraction import extraction_config
from rtfm_mmaction.workshop.cli import benchmark
from tests.support.forking import run_forked


def run(folder, *args):
    target = folder / 'figures.json'
    benchmark.main([*args, '--json', str(target)])
    return json.loads(target.read_text())


def fork_processes(module, monkeypatch):
    """Let a module's processes be forks, which have imported everything; that
    of long videos starts Python in test_benchmark_long_video.py."""
    calls = itertools.count()

    def as_child(command, env):
        os.environ.update(env)
        sys.argv = command[2:]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        runpy.run_module(command[2], run_name='__main__')

    def run(command, check, env=os.environ, **options):
        next(calls)
        return run_forked(as_child, command, env)

    patched = SimpleNamespace(run=run, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(module, 'subprocess', patched)
    return calls


def test_benchmark_writes_ratios_of_its_times(tmp_path, monkeypatch):
    """Oracle: the quotients of the seconds in the same file; batches are
    smaller than the real ones, and so is the metric's test set."""
    calls = fork_processes(store_training, monkeypatch)
    for measure, less in (
        (measure_metric, dict(frames=32_000, videos=20)),
        (measure_training, dict(pairs=2)),
        (measure_store_training, dict(pairs=4)),
    ):
        monkeypatch.setattr(
            benchmark, measure.__name__, partial(measure, **less)
        )
    figures = run(
        *(tmp_path, '--channels', '32', '--videos', '70', '--repeats', '1'),
        *('--only', 'training', 'loading', 'store', 'metric'),
    )
    step = figures['fp32 training step, s']
    assert figures['fp32 products / step'] == pytest.approx(
        figures['fp32 products, s'] / step
    )
    assert figures['fp32 step / bf16 step'] == pytest.approx(
        step / figures['bf16 training step, s']
    )
    assert figures['bags from the store / from full files'] == pytest.approx(
        figures['bags a second from the store']
        / figures['bags a second from full files']
    )
    # 70 videos of ten crops, 32 segments, 32 channels in float32.
    assert figures['store, GB'] == pytest.approx(
        70 * 10 * 32 * 32 * 4 / 1e9, rel=0.05
    )
    assert figures['training on it, GB'] > 0.1
    assert figures['start to first batch, s'] > 0
    assert next(calls) == 2
    assert figures['metric on 32000 frames, s'] > 0


def slim(module, monkeypatch, base_channels):
    """Let a module's network be of few channels and pixels, so that its test
    is short: bfloat16 takes seconds a clip on processors that do not know
    it."""
    crops = dict(layout='whole', size=32)
    monkeypatch.setitem(
        extraction.CROPS, 1, dict(resize=(32, 32), crops=crops)
    )

    def config_of(network, *args):
        config = extraction_config('i3d-r50', *args)
        config['model']['base_channels'] = base_channels
        return config

    monkeypatch.setattr(module, 'extraction_config', config_of)


def test_benchmark_of_extraction(tmp_path, monkeypatch):
    """All ways give the same features, as far as their types go.

    Oracle: the quotients of the seconds in the same file.
    """
    slim(extraction, monkeypatch, 8)
    product = partial(extraction.product_speed, size=64)
    monkeypatch.setattr(extraction, 'product_speed', product)
    calls = fork_processes(mmaction_extraction, monkeypatch)
    figures = run(
        tmp_path, '--only', 'extraction', '--snippets', '1', '--crops', '1'
    )
    figures = {
        key.removeprefix('i3d-r50, 1 crop: '): value
        for key, value in figures.items()
    }
    times = {
        who: figures[f'{who}, s a snippet']
        for who in ('plain loop', 'mmaction2', 'fp32', 'bf16')
    }
    for ours in ('fp32', 'bf16'):
        for other in ('plain loop', 'mmaction2'):
            assert figures[f'{other} / {ours}'] == pytest.approx(
                times[other] / times[ours]
            )
        assert 0 < figures[f'pixels / all of {ours}']
        assert figures[
            f'{ours} FLOP/s / those of the product'
        ] == pytest.approx(
            figures['i3d-r50: GFLOP of a clip']
            / times[ours]
            / figures[f'{ours} product, GFLOP/s']
        )
    assert next(calls) == 2
    assert figures['fp32 features off the plain loop'] < 1e-4
    assert 1e-4 < figures['bf16 features off the plain loop'] < 0.02


def test_benchmark_of_scoring(tmp_path, monkeypatch):
    """Oracle: the quotients of the seconds in the same file; 16 frames last
    0.64 s at 25 a second; shares add up."""
    slim(scoring, monkeypatch, 32)  # C = 1024, as of Inception I3D
    figures = run(
        tmp_path, '--only', 'scoring', '--snippets', '2', '--repeats', '1'
    )
    figures = {
        key.removeprefix('scoring: '): value for key, value in figures.items()
    }
    clip = figures['s a clip of 16 frames']
    assert figures['times real time'] == pytest.approx(0.64 / clip)
    assert figures["paper's 0.76 s / ours"] == pytest.approx(0.76 / clip)
    assert sum(
        figures[f'share of {part}']
        for part in ('decode', 'backbone', 'detector')
    ) == pytest.approx(1)
    assert figures['streaming / at once'] > 0
