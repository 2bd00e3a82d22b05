"""What Ray costs, measured small."""

import pytest

from rtfm_mmaction.workshop.benchmark import measure_ray
from rtfm_mmaction.workshop.benchmark import ray_overhead as measured
from tests.support.tiny import tiny_config

pytest.importorskip('ray', reason='ray is not installed: [ray]')


def test_figures_fit_together(monkeypatch):
    """Property: the middle one lies between the extremes, and a tiny network
    takes time."""
    monkeypatch.setattr(measured, 'MADE', 2)
    config = tiny_config(None)
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    monkeypatch.setattr(measured, 'extraction_config', lambda *_: config)
    figures = measure_ray(snippets=2, repeats=2)
    low, middle, high = (
        figures[f'ray / plain loop, wall{which}']
        for which in (', lowest', '', ', highest')
    )
    assert 0 < low <= middle <= high
    assert figures['plain loop, s of CPU a video'] > 0
