"""Scores at the ends of videos, by hand."""

import numpy as np
import pytest

from rtfm_mmaction.evaluation.predictions import write_predictions
from rtfm_mmaction.workshop.cli.ends import main
from rtfm_mmaction.workshop.experiments.ends import (
    ends_above_middle,
    measure_ends,
)


def write(path, *videos):
    """Predictions of (label, scores) pairs."""
    write_predictions(
        path,
        dict(snippet_len=16),
        {},
        [
            {
                'video': f'v{index}',
                'label': label,
                'class': 'any',
                'frames': 16 * len(scores),
                'abnormal_intervals': [[0, 16]] if label else [],
                'scores': scores,
            }
            for index, (label, scores) in enumerate(videos)
        ],
    )
    return path


# Middles (0.4, 0.6) and (0.2, 0.4): 0.1 around 0.5 and 0.3.
FIRST, SECOND = (0.6, 0.4, 0.6, 0.5), (0.2, 0.2, 0.4, 0.0)
ABNORMAL, SHORT = (0.9, 0.1, 0.1, 0.9), (0.5, 0.5)


def test_ends_are_in_deviations_of_the_middles():
    """By hand: (0.1, 0) / 0.1 and (-0.1, -0.3) / 0.1."""
    above = ends_above_middle([np.array(FIRST), np.array(SECOND)], 1)
    np.testing.assert_allclose(above, [[1, 0], [-1, -3]], atol=1e-12)


def test_scores_that_never_vary_are_level():
    assert (ends_above_middle([np.full(5, 0.5)], 2) == 0).all()


def test_normal_videos_of_several_runs(tmp_path):
    """By hand: means (0, -1.5); over videos the means of both ends are 0.5 and
    -2, -0.75 with error 2.5 / sqrt(2) / sqrt(2). A second run of half the
    scale has the same figures."""
    videos = [(0, FIRST), (1, ABNORMAL), (0, SECOND), (0, SHORT)]
    halves = [
        (label, tuple(score / 2 for score in scores))
        for label, scores in videos
    ]
    runs = [
        write(tmp_path / 'a.json', *videos),
        write(tmp_path / 'b.json', *halves),
    ]
    found = measure_ends(runs, 1)
    np.testing.assert_allclose(found.mean, [0, -1.5], atol=1e-12)
    np.testing.assert_allclose(found.error, [1, 1.5])
    assert found.both == pytest.approx((-0.75, 1.25))
    assert (found.videos, found.left_out) == (2, 1)


def test_the_command_prints_and_draws(tmp_path, capsys):
    path = write(tmp_path / 'a.json', (0, FIRST), (0, SECOND))
    out = tmp_path / 'ends.png'
    main([str(path), '--snippets', '1', '--out', str(out)])
    said = capsys.readouterr().out
    assert 'last 1: -1.500' in said and '-0.750 ± 1.250' in said
    assert out.stat().st_size > 1000


def test_what_cannot_be_measured_is_told(tmp_path):
    path = write(tmp_path / 'a.json', (0, FIRST), (1, ABNORMAL))
    with pytest.raises(ValueError, match='a.json: expected normal videos'):
        measure_ends([path], 2)
    other = write(tmp_path / 'b.json', (1, ABNORMAL), (0, FIRST))
    with pytest.raises(ValueError, match='b.json: expected the normal videos'):
        measure_ends([path, other], 1)
