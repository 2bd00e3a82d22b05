"""Theorem 3.1: closed form, simulation and enumeration."""

from itertools import product

import numpy as np
import pytest

from rtfm_mmaction.workshop.experiments.separability import (
    abnormal_share,
    check_assumption,
    describe,
    expected_separability,
    separability_curves,
    simulate_separability,
    split_populations,
    top_k_means,
)


def rng():
    return np.random.default_rng(0)


def test_share_and_closed_form_by_hand():
    """min(mu, k) / (k + epsilon): mu = 2, epsilon 0.5 and k = 1, 2, 4 give
    1/1.5, 2/2.5, 2/4.5; times 60 - 30."""
    k = np.array([1, 2, 4])
    share = np.array([1 / 1.5, 2 / 2.5, 2 / 4.5])
    np.testing.assert_allclose(abnormal_share(k, 2, 0.5), share)
    np.testing.assert_allclose(
        expected_separability(k, 2, 60, 30, 0.5), 30 * share
    )


def test_theorem():
    """Part 1: below mu it is not negative and rises; part 2: it goes to 0."""
    k = np.arange(1, 5001)
    values = expected_separability(k, 7, 60, 30)
    assert (values >= 0).all() and (np.diff(values[:7]) > 0).all()
    assert (np.diff(values[6:]) < 0).all() and values[-1] < 0.05


def test_closed_form_is_what_its_model_draws():
    """Oracle: a simulation of the model itself, by loops: each selected
    snippet of the abnormal video is abnormal with p_k^+, whatever its
    magnitude. Five standard errors of the mean."""
    source = rng()
    abnormal, normal = np.array([40.0, 70.0, 90.0]), np.array([10.0, 30.0])
    k, mu, repeats = 4, 2, 4000
    share = float(abnormal_share(np.array(k), mu))
    drawn = []
    for _ in range(repeats):
        scores = [
            source.choice(abnormal if source.random() < share else normal)
            for _ in range(k)
        ]
        drawn.append(np.mean(scores) - source.choice(normal, k).mean())
    expected = expected_separability(k, mu, abnormal.mean(), normal.mean())
    assert abs(np.mean(drawn) - expected) < 5 * np.std(drawn) / repeats**0.5


@pytest.mark.parametrize('mu', [1, 3, 5])
def test_constant_magnitudes_make_simulation_and_closed_form_equal(mu):
    """Where all abnormal snippets have 60 and all normal ones 30, order finds
    every abnormal snippet: min(mu, k) / k x 30, without epsilon."""
    found = simulate_separability(
        np.array([60.0]), np.array([30.0]), mu, 5, 5, rng(), repeats=3
    )
    expected = expected_separability(np.arange(1, 6), mu, 60, 30, 0.0)
    np.testing.assert_allclose(found, np.tile(expected, (3, 1)))


def test_simulation_against_enumeration():
    """Oracle: all 2 x 3 x 3 abnormal and 3^3 normal videos of T = 3, mu = 1,
    each as likely. Five standard errors."""
    abnormal, normal = np.array([2.0, 6.0]), np.array([1.0, 3.0, 4.0])

    def top(video, k):
        return sum(sorted(video)[::-1][:k]) / k

    positive = list(product(abnormal, normal, normal))
    negative = list(product(normal, repeat=3))
    exact = [
        np.mean([top(v, k) for v in positive])
        - np.mean([top(v, k) for v in negative])
        for k in (1, 2, 3)
    ]
    drawn = simulate_separability(
        abnormal, normal, 1, 3, 3, rng(), repeats=20000
    )
    assert drawn.shape == (20000, 3)
    errors = drawn.std(0) / 20000**0.5
    assert (np.abs(drawn.mean(0) - exact) < 5 * errors).all()
    # All snippets are taken at k = T: mu / T of the means' difference.
    assert exact[2] == pytest.approx(
        expected_separability(3, 1, abnormal.mean(), normal.mean(), 0.0)
    )


def test_videos_of_other_lengths():
    """A normal video of its own T: constant 1 and 2 over 4 and 9 snippets
    differ by 1 wherever k ends."""
    found = simulate_separability(
        np.array([2.0]),
        np.array([1.0]),
        4,
        4,
        6,
        rng(),
        normal_length=9,
        repeats=2,
    )
    np.testing.assert_array_equal(found, np.ones((2, 6)))


def test_top_k_means_by_hand():
    """(1, 5, 3): 5, 4, 3, and all of it beyond T; K may be below T."""
    np.testing.assert_allclose(
        top_k_means(np.array([[1.0, 5.0, 3.0]]), 5), [[5, 4, 3, 3, 3]]
    )
    np.testing.assert_allclose(
        top_k_means(np.array([1.0, 5.0, 3.0]), 2), [5, 4]
    )


def small_populations():
    """An abnormal video with magnitudes 9, 5 (abnormal), 1, and two normal
    ones of 2, 4 and of 3."""
    frames = [
        (np.array([16, 8, 7]), np.array([0, 8, 9])),
        (np.zeros(2), np.full(2, 16)),
        (np.zeros(1), np.full(1, 16)),
    ]
    magnitudes = [
        np.array([9.0, 5.0, 1.0]),
        np.array([2.0, 4.0]),
        np.array([3.0]),
    ]
    return split_populations(magnitudes, frames, [1, 0, 0])


def test_half_abnormal_snippets_count_as_abnormal():
    """8 of 16 frames are, 7 are not."""
    populations = small_populations()
    assert populations.abnormal[0].tolist() == [9, 5]
    assert populations.beside[0].tolist() == [1]
    assert [part.tolist() for part in populations.normal] == [[2, 4], [3]]


def test_measured_curve_by_hand():
    """g_k of (9, 5, 1): 9, 7, 5; of (4, 2): 4, 3, 3; of (3): 3, 3, 3. Means
    of the normal ones 3.5, 3, 3. Closed form without epsilon: E||x+|| = 7,
    E||x-|| = (1 + 2 + 4 + 3) / 4 = 2.5, mu = 2: 4.5, 4.5, 3."""
    curves = separability_curves(small_populations(), 3, rng(), epsilon=0.0)
    np.testing.assert_allclose(curves.measured, [5.5, 4, 2])
    np.testing.assert_allclose(curves.closed, [4.5, 4.5, 3])
    assert curves.simulated.shape == (3,)


def videos(shift, abnormal=20, normal=20, seed=0):
    """Five of ten snippets of an abnormal video are ``shift`` larger; each
    video has a level of its own."""
    source = np.random.default_rng(seed)
    half = np.repeat([16, 0], 5)
    magnitudes, frames, labels = [], [], []
    for label in [1] * abnormal + [0] * normal:
        positive = half * label
        level = source.normal(30, 3)
        magnitudes.append(source.normal(level, 1, 10) + shift * (positive > 0))
        frames.append((positive, 16 - positive))
        labels.append(label)
    return split_populations(magnitudes, frames, labels)


@pytest.mark.parametrize(
    'shift, verdict', [(10, 'holds'), (-10, 'fails'), (0, 'open')]
)
def test_verdict(shift, verdict):
    """Oracle: what the magnitudes were made with; the words say it too."""
    populations = videos(shift)
    found = check_assumption(populations, rng())
    assert found.verdict == verdict
    assert found.low < found.difference < found.high
    assert found.difference == pytest.approx(
        found.mean_abnormal - found.mean_normal
    )
    curves = separability_curves(populations, 5, rng(), repeats=5)
    words = '\n'.join(describe(found, populations, curves, 3))
    assert ('FAILS' in words) == (verdict == 'fails')
    assert ('cannot be told' in words) == (verdict == 'open')
    assert 'Mean of the top 3' in words and '20 abnormal and 20' in words


def test_interval_covers_the_truth_as_often_as_it_says():
    """Oracle: 200 test sets made with a difference of 2. Snippets of a video
    share a level, so an interval that took them for independent would cover
    it far less often; 95% nominal, at least 88% of so few videos."""
    covered = []
    for seed in range(200):
        populations = videos(2, seed=seed)
        found = check_assumption(populations, rng(), repeats=400)
        covered.append(found.low <= 2 <= found.high)
    assert 0.88 <= np.mean(covered) <= 0.995


def test_probability_of_exceeding_by_hand():
    """9 and 5 over 1, 2, 4, 3: always. One video tells no interval."""
    found = check_assumption(small_populations(), rng())
    assert found.exceeding == 1 and found.verdict == 'open'
    assert np.isnan([found.low, found.high]).all()


def test_what_is_missing_is_told():
    """One sentence each."""
    frames = [(np.zeros(2), np.full(2, 16))]
    with pytest.raises(ValueError, match='0 abnormal snippets and 1 normal'):
        split_populations([np.ones(2)], frames, [0])
    with pytest.raises(ValueError, match='no numbers'):
        split_populations([np.array([1.0, np.nan])], frames, [0])
