"""S3R's dictionary of normal videos."""

import numpy as np
import pytest
from sklearn.decomposition import MiniBatchDictionaryLearning

from rtfm_mmaction.datasets.normal_dictionary import learn_dictionary


def test_codes_are_scikit_learns():
    """Oracle: fit_transform with the authors' arguments, where 100 batches of
    32 channels are whole passes (64 channels: 50)."""
    videos = np.random.default_rng(0).random((6, 64))
    expected = MiniBatchDictionaryLearning(
        n_components=4,
        max_iter=50,
        batch_size=32,
        random_state=42,
        transform_algorithm='omp',
        transform_n_nonzero_coefs=2,
        tol=0,
        max_no_improvement=None,
    ).fit_transform(videos.T)
    assert learn_dictionary(videos, 4) == pytest.approx(
        expected.T.astype(np.float32)
    )


def test_channels_of_one_pattern_share_a_row():
    """Oracle: the patterns. Each channel is a multiple of one of three ways
    that five videos differ."""
    rng = np.random.default_rng(0)
    patterns = np.eye(5)[:3]
    kinds = rng.integers(0, 3, 40)
    videos = (patterns[kinds] * rng.uniform(1, 2, (40, 1))).T
    codes = learn_dictionary(videos, 3)
    chosen = np.abs(codes).argmax(0)
    for kind in range(3):
        assert len(set(chosen[kinds == kind])) == 1
    assert len(set(chosen)) == 3


@pytest.mark.parametrize(
    'shape, rows', [((1, 3), 1), ((2, 1), 1), ((3, 8), 6)]
)
def test_few_videos_and_channels(shape, rows):
    """Property: finite, and two numbers a column at the most."""
    codes = learn_dictionary(np.random.default_rng(0).random(shape), rows)
    assert codes.shape == (rows, shape[1]) and codes.dtype == np.float32
    assert np.isfinite(codes).all() and (codes != 0).sum(0).max() <= 2
