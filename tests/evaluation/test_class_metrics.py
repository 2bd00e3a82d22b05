"""Figures of each class: compared with scikit-learn on single frames."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from rtfm_mmaction.evaluation.functional import class_detection_metrics

CLASSES = ['Fire', 'Abuse', 'Fire', 'Normal', 'Normal', 'Abuse']
LABELS = [1, 1, 1, 0, 0, 1]


def make():
    rng = np.random.default_rng(0)
    # Few different scores, so that there are ties.
    scores = [rng.integers(0, 5, n) / 4 for n in (4, 7, 2, 6, 3, 5)]
    abnormal = [
        rng.integers(1, 16, len(s)) if label else np.zeros(len(s), int)
        for s, label in zip(scores, LABELS)
    ]
    return scores, abnormal, [16 - part for part in abnormal]


@pytest.mark.parametrize('with_normal', [True, False])
def test_a_class_and_all_normal_videos(with_normal):
    """Oracle: scikit-learn on the frames of one class's videos, with those of
    all normal ones or without; written out by a loop."""
    scores, abnormal, normal = make()
    figures = class_detection_metrics(
        scores, abnormal, normal, CLASSES, LABELS, with_normal
    )
    assert list(figures) == ['Abuse', 'Fire']
    for name, found in figures.items():
        truth, values = [], []
        for index, kind in enumerate(CLASSES):
            if kind != name and (LABELS[index] or not with_normal):
                continue
            for score, positive in zip(scores[index], abnormal[index]):
                truth += [1] * positive + [0] * (16 - positive)
                values += [score] * 16
        assert found['AUC'] == pytest.approx(roc_auc_score(truth, values))
        assert found['AP'] == pytest.approx(
            average_precision_score(truth, values)
        )


def test_no_normal_frame_leaves_auc_undefined():
    """Oracle: the definition of AUC; AP of abnormal frames alone is 1."""
    figures = class_detection_metrics(
        [np.array([0.5, 0.9])],
        [np.array([16, 16])],
        [np.zeros(2, int)],
        ['Fire'],
        [1],
    )
    assert np.isnan(figures['Fire']['AUC']) and figures['Fire']['AP'] == 1
