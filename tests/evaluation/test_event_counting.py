"""Events counted at many thresholds, against finding them at each."""

import numpy as np
import pytest

from rtfm_mmaction.evaluation.functional.event_counting import count_events
from rtfm_mmaction.evaluation.functional.events import find_events


@pytest.mark.parametrize('low', [None, 0.3])
@pytest.mark.parametrize('lengths', [(0.0, 0.0), (1.0, 1.3), (0.0, 0.64)])
def test_counts_are_those_of_finding(low, lengths):
    """Oracle: ``find_events`` at each threshold, of curves with ties; of some
    videos the sum."""
    random = np.random.default_rng(0)
    thresholds = [0.5, 0.05, 1.0, 0.95, 0.2, 0.3, 0.31]

    def found(scores, edges):
        return [
            len(
                find_events(
                    scores,
                    edges,
                    high,
                    low if low is None else min(low, high),
                    *lengths,
                )
            )
            for high in thresholds
        ]

    curves, all_edges, each = [], [], []
    for size in (0, 1, 40, 7):
        scores = random.random(size).round(1)
        edges = np.append(0, np.cumsum(random.random(size)))
        counted = count_events([scores], [edges], thresholds, low, *lengths)
        assert counted == found(scores, edges)
        curves.append(scores)
        all_edges.append(edges)
        each.append(counted)
    together = count_events(curves, all_edges, thresholds, low, *lengths)
    assert together == np.sum(each, 0).tolist()
