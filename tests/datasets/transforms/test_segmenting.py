"""Segments against a slow loop over their definition."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmaction.registry import TRANSFORMS

from rtfm_mmaction.datasets.transforms.segmenting import (
    SegmentFeature,
    interpolate_snippets,
    segment_bounds,
    segment_means,
)


def slow_segments(feature, count):
    """Mean of rows r[i] … r[i+1]-1, or row r[i] where the two are equal."""
    bounds = [int(value) for value in np.linspace(0, len(feature), count + 1)]
    rows = []
    for low, high in zip(bounds, bounds[1:]):
        rows.append(feature[low] if low == high else feature[low:high].mean(0))
    return np.stack(rows)


@given(length=st.integers(1, 300), count=st.integers(1, 64))
def test_segments_equal_a_loop(length, count):
    """Any T and S, T < S too."""
    feature = np.random.default_rng(length).random((length, 2, 3), np.float32)
    assert np.allclose(
        segment_means(feature, count), slow_segments(feature, count), atol=1e-5
    )


@given(length=st.integers(1, 10**6), count=st.integers(1, 64))
def test_bounds_cover_the_video(length, count):
    """From 0 to T, never falling; every segment begins inside."""
    bounds = segment_bounds(length, count)
    assert bounds[0] == 0 and bounds[-1] == length
    assert (np.diff(bounds) >= 0).all() and (bounds[:-1] < length).all()


def test_worked_example():
    """T = 3, S = 2: bounds 0, 1, 3; rows 0 and (1 + 2) / 2."""
    feature = np.array([[[1.0]], [[2.0]], [[4.0]]], np.float32)
    transform = TRANSFORMS.build(dict(type='SegmentFeature', num_segments=2))
    assert transform(dict(feature=feature))['feature'].ravel().tolist() == [
        1.0,
        3.0,
    ]


def test_no_segments_are_refused():
    """The error names the key and the value."""
    with pytest.raises(ValueError, match='num_segments.*got 0'):
        TRANSFORMS.build(dict(type='SegmentFeature', num_segments=0))


@pytest.mark.parametrize('length', [1, 2, 5, 32, 77, 300])
@pytest.mark.parametrize('count', [1, 9, 32])
def test_linear_segments_are_opencvs(length, count):
    """Oracle: cv2.resize of an image whose width is T, with the crops for
    colours."""
    rng = np.random.default_rng(length)
    feature = rng.random((length, 3, 4), np.float32)
    image = feature.transpose(2, 0, 1)  # (C, T, N)
    expected = cv2.resize(image, (count, 4), interpolation=cv2.INTER_LINEAR)
    found = interpolate_snippets(feature, count)
    assert found.dtype == np.float32
    assert found.transpose(2, 0, 1) == pytest.approx(expected, abs=2e-7)


@pytest.mark.parametrize(
    'resampling, expected', [('linear', [1, 16]), ('mean', [5 / 3, 50 / 3])]
)
def test_the_transform_resamples_as_it_is_told(resampling, expected):
    """Oracle: by hand. Of 0, 1, 4, 9, 16, 25 those at x = 1 and 4, or the
    means of three."""
    feature = np.arange(6, dtype=np.float32).reshape(6, 1, 1) ** 2
    step = SegmentFeature(2, resampling=resampling)
    found = step.transform(dict(feature=feature))['feature']
    assert found.ravel() == pytest.approx(expected)


def test_other_resamplings_are_refused():
    with pytest.raises(ValueError, match="resampling must be one of.*'cubic'"):
        SegmentFeature(2, resampling='cubic')
