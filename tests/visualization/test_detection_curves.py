"""ROC and precision-recall curve: compared with scikit-learn on frames."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.metrics import (
    auc,
    average_precision_score,
    roc_auc_score,
    roc_curve,
)

from rtfm_mmaction.visualization import (
    curves_figure,
    draw_precision_recall,
    draw_roc,
    pool_snippets,
)
from rtfm_mmaction.visualization.detection_curves import why_no_curves


def make_videos(seed=0, count=6):
    rng = np.random.default_rng(seed)
    videos = []
    for index in range(count):
        snippets = int(rng.integers(1, 9))
        start = int(rng.integers(0, snippets * 16 - 5))
        spans = [[start, start + 4]] if index % 2 else []
        videos.append(
            {
                'video': f'v{index}',
                'label': index % 2,
                'class': 'Abnormal' if index % 2 else 'Normal',
                'frames': snippets * 16,
                'abnormal_intervals': spans,
                # Few different scores, so that there are ties.
                'scores': rng.integers(0, 5, snippets) / 4,
                'magnitudes': np.ones(snippets),
            }
        )
    return videos


def by_frames(videos):
    """Labels and scores of all frames, by a plain loop."""
    labels, scores = [], []
    for video in videos:
        for frame in range(16 * len(video['scores'])):
            labels.append(
                any(
                    start <= frame < end
                    for start, end in video['abnormal_intervals']
                )
            )
            scores.append(video['scores'][frame // 16])
    return np.array(labels, int), np.array(scores)


@pytest.mark.parametrize('seed', range(5))
def test_curves_are_those_of_all_frames(seed):
    """Oracle: scikit-learn on the frames, expanded by a loop: every corner
    of the ROC, the areas in the legends, chance = share of abnormal frames;
    the area below the drawn precision steps is the average precision."""
    videos = make_videos(seed)
    labels, scores = by_frames(videos)
    pooled = pool_snippets(videos, 16)
    roc, precision_recall = Figure().subplots(1, 2)
    draw_roc(roc, *pooled)
    draw_precision_recall(precision_recall, *pooled)

    false, true = roc.lines[0].get_data()
    expected = roc_curve(labels, scores, drop_intermediate=False)
    np.testing.assert_allclose(false, expected[0])
    np.testing.assert_allclose(true, expected[1])
    assert auc(false, true) == pytest.approx(roc_auc_score(labels, scores))
    assert roc.lines[0].get_label() == (
        f'AUC = {roc_auc_score(labels, scores):.4f}'
    )

    recall, precision = precision_recall.lines[0].get_data()
    area = average_precision_score(labels, scores)
    # 'steps-post' from right to left: a value holds towards lower recall.
    assert precision_recall.lines[0].get_drawstyle() == 'steps-post'
    assert np.sum(-np.diff(recall) * precision[:-1]) == pytest.approx(area)
    assert precision_recall.lines[0].get_label() == f'AP = {area:.4f}'
    assert precision_recall.lines[1].get_ydata()[0] == pytest.approx(
        labels.mean()
    )


def test_legends_are_visible():
    """Oracle: the texts of both legends."""
    figure = curves_figure(*pool_snippets(make_videos(), 16))
    texts = [
        [text.get_text() for text in axes.get_legend().get_texts()]
        for axes in figure.axes
    ]
    assert texts[0][0].startswith('AUC = ') and texts[0][1] == 'chance'
    assert texts[1][0].startswith('AP = ')
    assert texts[1][1].startswith('chance = ')
    figure.canvas.draw()


def test_undefined_curves_have_a_reason():
    """Oracle: what each curve needs: both labels."""
    videos = make_videos()
    whole = dict(videos[1])
    whole['abnormal_intervals'] = [[0, whole['frames']]]
    for some, reason in (
        (videos, None),
        (videos[::2], 'no frame is abnormal'),
        ([whole], 'no frame is normal'),
    ):
        labels, _, weights = pool_snippets(some, 16)
        assert why_no_curves(labels, weights) == reason


def test_frames_behind_the_end_carry_the_last_label():
    """Oracle: the ground truth's rule. 20 frames, abnormal from 18 on, T = 2:
    frames 18..31 are abnormal, so the weights are 0 and 14, 16 and 2."""
    video = dict(
        make_videos()[1],
        frames=20,
        abnormal_intervals=[[18, 20]],
        scores=np.array([0.2, 0.8]),
    )
    labels, scores, weights = pool_snippets([video], 16)
    np.testing.assert_array_equal(labels, [1, 1, 0, 0])
    np.testing.assert_array_equal(scores, [0.2, 0.8, 0.2, 0.8])
    np.testing.assert_array_equal(weights, [0, 14, 16, 2])
