"""How far the top-K magnitudes of abnormal and normal videos are apart.

Sec. 3.1 of `RTFM <https://arxiv.org/abs/2101.10030>`_: a video's score g_k is
the mean of its k largest magnitudes (Eq. 2), the separability d_k of two
videos the difference of theirs (Eq. 3).

Shapes: V videos, T snippets of a video, mu abnormal snippets of an abnormal
video, k = 1..K, R repeats.
"""

from typing import List, NamedTuple, Sequence, Tuple

import numpy as np

# epsilon of the paper's Figure 1.
EPSILON = 0.4

VERDICTS = dict(
    holds='The assumption E||x+|| >= E||x-|| holds on these videos.',
    fails='The assumption E||x+|| >= E||x-|| FAILS on these videos: abnormal '
    'snippets have the smaller magnitudes, so that choosing by magnitude '
    "misses them; choose by score (model.head.select_by='score') and compare.",
    open='Whether the assumption E||x+|| >= E||x-|| holds cannot be told from '
    'these videos: the interval contains 0, or there are too few of them.',
)


def abnormal_share(
    k: np.ndarray, mu: float, epsilon: float = EPSILON
) -> np.ndarray:
    """Probability p_k^+ that one of the top k snippets is abnormal.

    min(mu, k) / (k + epsilon), as the paper defines it before Theorem 3.1: as
    if magnitudes found every abnormal snippet.

    Args:
        k (np.ndarray): Numbers of snippets, >= 1.
        mu (float): Abnormal snippets of the video.
        epsilon (float): Above 0 in the theorem; 0 for the share that a
            perfect order gives. Defaults to 0.4, as in the paper's Figure 1.

    Returns:
        np.ndarray: As ``k``. k = 3, mu = 3, epsilon = 0 gives 1.
    """
    k = np.asarray(k, dtype=float)
    return np.minimum(mu, k) / (k + epsilon)


def expected_separability(
    k: np.ndarray,
    mu: float,
    mean_abnormal: float,
    mean_normal: float,
    epsilon: float = EPSILON,
) -> np.ndarray:
    """Closed form of E[D_k], Eq. S1 of the supplementary material.

    p_k^+ E||x+|| + (1 - p_k^+) E||x-|| - E||x-||. It takes a selected snippet
    for one at random of its kind, so that it knows nothing of how the largest
    magnitudes exceed the mean; :func:`simulate_separability` does.

    Args:
        k (np.ndarray): Numbers of snippets, >= 1.
        mu (float): Abnormal snippets of the abnormal video.
        mean_abnormal (float): E||x+||.
        mean_normal (float): E||x-||.
        epsilon (float): As of :func:`abnormal_share`.

    Returns:
        np.ndarray: As ``k``. k = 3, mu = 3, means 60 and 30, epsilon = 0
        gives 30.
    """
    share = abnormal_share(k, mu, epsilon)
    return share * (mean_abnormal - mean_normal)


def top_k_means(magnitudes: np.ndarray, max_k: int) -> np.ndarray:
    """g_k of Eq. 2 for k = 1..K; beyond T all snippets are taken.

    Args:
        magnitudes (np.ndarray): (..., T).
        max_k (int): K.

    Returns:
        np.ndarray: (..., K). (1, 5, 3) and K = 4 give 5, 4, 3, 3.
    """
    length = magnitudes.shape[-1]
    ordered = -np.sort(-magnitudes, axis=-1)[..., :max_k]
    means = ordered.cumsum(-1) / np.arange(1, ordered.shape[-1] + 1)
    lacking = max(max_k - length, 0)
    padding = [(0, 0)] * (magnitudes.ndim - 1) + [(0, lacking)]
    return np.pad(means, padding, mode='edge')


def simulate_separability(
    abnormal: np.ndarray,
    normal: np.ndarray,
    mu: int,
    length: int,
    max_k: int,
    rng: np.random.Generator,
    normal_length: int = 0,
    repeats: int = 2000,
) -> np.ndarray:
    """E[D_k] by drawing videos, whose snippets do not depend on each other.

    Args:
        abnormal (np.ndarray): Magnitudes to draw abnormal snippets from.
        normal (np.ndarray): Magnitudes to draw normal snippets from.
        mu (int): Abnormal snippets of an abnormal video.
        length (int): T of an abnormal video, >= mu.
        max_k (int): K.
        rng (np.random.Generator): Where chance comes from.
        normal_length (int): T of a normal video. Defaults to 0: ``length``.
        repeats (int): R pairs of videos. Defaults to 2000.

    Returns:
        np.ndarray: (R, K), d_k of each pair.
    """
    positive = np.concatenate(
        [
            rng.choice(abnormal, (repeats, mu)),
            rng.choice(normal, (repeats, length - mu)),
        ],
        -1,
    )
    negative = rng.choice(normal, (repeats, normal_length or length))
    return top_k_means(positive, max_k) - top_k_means(negative, max_k)


class Populations(NamedTuple):
    """Magnitudes of a test set, by what a snippet shows.

    A snippet is abnormal where half of its frames or more are.

    Attributes:
        abnormal (list[np.ndarray]): ||x+|| of each abnormal video, one array
            a video, of any length.
        beside (list[np.ndarray]): ||x-|| of the normal snippets of the same
            videos.
        normal (list[np.ndarray]): ||x-|| of the normal videos.
    """

    abnormal: List[np.ndarray]
    beside: List[np.ndarray]
    normal: List[np.ndarray]

    def pooled_abnormal(self) -> np.ndarray:
        """All abnormal snippets."""
        return np.concatenate(self.abnormal)

    def pooled_normal(self) -> np.ndarray:
        """All normal snippets, of both kinds of video."""
        return np.concatenate(self.beside + self.normal)


def split_populations(
    magnitudes: Sequence[np.ndarray],
    frames: Sequence[Tuple[np.ndarray, np.ndarray]],
    labels: Sequence[int],
) -> Populations:
    """Sort the snippets of a test set.

    Args:
        magnitudes (Sequence[np.ndarray]): V arrays (T,).
        frames (Sequence[tuple]): Abnormal and normal frames of each snippet,
            V pairs of (T,).
        labels (Sequence[int]): V, 1 for abnormal videos.

    Returns:
        Populations: By kind.

    Raises:
        ValueError: If a magnitude is not a number, or there are no abnormal
            snippets or no normal videos.
    """
    parts = Populations([], [], [])
    for values, (positive, negative), label in zip(magnitudes, frames, labels):
        if not np.isfinite(values).all():
            raise ValueError(
                'found magnitudes that are no numbers, expected none'
            )
        if label:
            chosen = positive >= negative
            parts.abnormal.append(values[chosen])
            parts.beside.append(values[~chosen])
        else:
            parts.normal.append(values)
    if not parts.normal or not any(map(len, parts.abnormal)):
        raise ValueError(
            f'found {sum(map(len, parts.abnormal))} abnormal snippets and '
            f'{len(parts.normal)} normal videos, expected some of both'
        )
    return parts


class Curves(NamedTuple):
    """Separability against k = 1..K, (K,) each.

    Attributes:
        closed (np.ndarray): Closed form with the videos' own mu.
        simulated (np.ndarray): Of drawn snippets, the videos' own mu and T.
        measured (np.ndarray): Of the videos as they are, mean of all pairs.
    """

    closed: np.ndarray
    simulated: np.ndarray
    measured: np.ndarray


def separability_curves(
    populations: Populations,
    max_k: int,
    rng: np.random.Generator,
    epsilon: float = EPSILON,
    repeats: int = 200,
) -> Curves:
    """Theory and measurement on the same videos.

    The closed form and the simulation take snippets from the test set's
    magnitudes and each abnormal video's mu; the simulation its T too. What
    the measurement differs by is that the snippets of a real video are alike.

    Args:
        populations (Populations): Of a test set.
        max_k (int): K; shorter videos give all of their snippets.
        rng (np.random.Generator): Of the simulation.
        epsilon (float): As of :func:`abnormal_share`.
        repeats (int): Pairs to draw for each abnormal video. Defaults to 200.

    Returns:
        Curves: Over the abnormal videos that have abnormal snippets.
    """
    pairs = [
        (a, b)
        for a, b in zip(populations.abnormal, populations.beside)
        if len(a)
    ]
    abnormal = populations.pooled_abnormal()
    normal = populations.pooled_normal()
    k = np.arange(1, max_k + 1)
    closed, simulated, positive = [], [], []
    for inside, outside in pairs:
        closed.append(
            expected_separability(
                k, len(inside), abnormal.mean(), normal.mean(), epsilon
            )
        )
        other = populations.normal[rng.integers(len(populations.normal))]
        simulated.append(
            simulate_separability(
                abnormal,
                normal,
                len(inside),
                len(inside) + len(outside),
                max_k,
                rng,
                normal_length=len(other),
                repeats=repeats,
            ).mean(0)
        )
        positive.append(top_k_means(np.concatenate([inside, outside]), max_k))
    negative = [top_k_means(values, max_k) for values in populations.normal]
    return Curves(
        np.mean(closed, 0),
        np.mean(simulated, 0),
        np.mean(positive, 0) - np.mean(negative, 0),
    )


class Assumption(NamedTuple):
    """What a test set says of E||x+|| >= E||x-||.

    Attributes:
        mean_abnormal (float): Mean magnitude of the abnormal snippets.
        mean_normal (float): The same of all normal snippets.
        difference (float): The first less the second.
        low (float): Lower end of its confidence interval; NaN where there
            are not two videos of each kind to tell how much they vary.
        high (float): Upper end.
        confidence (float): Of the interval.
        exceeding (float): Probability that an abnormal snippet's magnitude is
            above a normal one's, equal ones half: the area under the ROC
            curve.
        verdict (str): 'holds' where the whole interval is above 0, 'fails'
            where it is below 0, else 'open'.
    """

    mean_abnormal: float
    mean_normal: float
    difference: float
    low: float
    high: float
    confidence: float
    exceeding: float
    verdict: str


def check_assumption(
    populations: Populations,
    rng: np.random.Generator,
    confidence: float = 0.95,
    repeats: int = 2000,
) -> Assumption:
    """Test the method's assumption, E||x+|| >= E||x-||.

    The snippets of a video are alike, so that the interval comes from whole
    videos that are drawn again (a bootstrap of each kind of video), and not
    from a t test, which would take every snippet for news.

    Args:
        populations (Populations): Of a test set.
        rng (np.random.Generator): Of the bootstrap.
        confidence (float): Of the interval. Defaults to 0.95.
        repeats (int): R. Defaults to 2000.

    Returns:
        Assumption: The means, their difference and what follows.
    """
    from sklearn.metrics import roc_auc_score

    abnormal, normal = (
        populations.pooled_abnormal(),
        populations.pooled_normal(),
    )
    difference = abnormal.mean() - normal.mean()
    low = high = np.nan
    if (
        min(
            sum(map(bool, map(len, populations.abnormal))),
            len(populations.normal),
        )
        > 1
    ):
        tail = (1 - confidence) / 2
        low, high = np.nanquantile(
            _bootstrap(populations, rng, repeats), [tail, 1 - tail]
        )
    verdict = 'holds' if low > 0 else 'fails' if high < 0 else 'open'
    return Assumption(
        float(abnormal.mean()),
        float(normal.mean()),
        float(difference),
        float(low),
        float(high),
        confidence,
        float(
            roc_auc_score(
                np.repeat([1, 0], [len(abnormal), len(normal)]),
                np.concatenate([abnormal, normal]),
            )
        ),
        verdict,
    )


def describe(
    assumption: Assumption, populations: Populations, curves: Curves, k: int
) -> List[str]:
    """Say in words whether the method suits the data.

    Args:
        assumption (Assumption): Of these populations.
        populations (Populations): Of a test set.
        curves (Curves): Theirs.
        k (int): Parameter ``k`` of the method, for the figures that the paper
            reports in Sec. 4.8.

    Returns:
        list[str]: Sentences.
    """
    mu = [len(part) for part in populations.abnormal if len(part)]
    abnormal, normal = (
        np.mean([top_k_means(video, k)[-1] for video in videos])
        for videos in (
            [
                np.concatenate(both)
                for both in zip(populations.abnormal, populations.beside)
            ],
            populations.normal,
        )
    )
    best = int(curves.measured.argmax()) + 1
    return [
        f'Mean magnitude of abnormal snippets {assumption.mean_abnormal:.4g}, '
        f'of normal ones {assumption.mean_normal:.4g}: difference '
        f'{assumption.difference:.4g}, {assumption.confidence:.4g} confidence '
        f'interval {assumption.low:.4g} to {assumption.high:.4g} by drawing '
        f'the {len(populations.abnormal)} abnormal and '
        f'{len(populations.normal)} normal videos again.',
        'An abnormal snippet exceeds a normal one with probability '
        f'{assumption.exceeding:.3f}.',
        f'Mean of the top {k}: {abnormal:.4g} in abnormal videos, '
        f'{normal:.4g} in normal ones.',
        f'Separability is largest at k = {best}; an abnormal video has '
        f'{np.median(mu):g} abnormal snippets (median).',
        VERDICTS[assumption.verdict],
    ]


def _bootstrap(
    populations: Populations, rng: np.random.Generator, repeats: int
) -> np.ndarray:
    """(R,) differences of the means, each of videos drawn again."""

    def draw(parts: List[np.ndarray], times: np.ndarray) -> Tuple:
        sums = np.array([part.sum() for part in parts])
        counts = np.array([len(part) for part in parts])
        return times @ sums, times @ counts

    def times(count: int) -> np.ndarray:
        # How often each video is drawn.
        return rng.multinomial(count, np.full(count, 1 / count), repeats)

    again = times(len(populations.abnormal))
    sum_abnormal, count_abnormal = draw(populations.abnormal, again)
    sum_beside, count_beside = draw(populations.beside, again)
    sum_normal, count_normal = draw(
        populations.normal, times(len(populations.normal))
    )
    with np.errstate(invalid='ignore'):  # no abnormal snippet drawn: NaN
        return sum_abnormal / count_abnormal - (sum_beside + sum_normal) / (
            count_beside + count_normal
        )
