"""The metric against scikit-learn on every single frame."""

import math

import numpy as np
import pytest
import torch
from mmaction.registry import METRICS
from sklearn.metrics import (
    auc,
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
)

from rtfm_mmaction.evaluation.predictions import read_predictions


def video(name, scores, intervals=(), kind='Fighting', frames=None):
    scores = torch.tensor(scores)
    label = int(bool(intervals))
    return dict(
        video=name,
        label=label,
        frames=frames or 16 * len(scores),
        abnormal_intervals=[list(pair) for pair in intervals],
        snippet_len=16,
        num_snippets=len(scores),
        snippet_scores=scores,
        snippet_magnitudes=scores * 100,
        crop_scores=scores[:, None],
        **{'class': kind if label else 'Normal'},
    )


def evaluate(videos, **kwargs):
    metric = METRICS.build(dict(type='AnomalyMetric', **kwargs))
    metric.dataset_meta = dict(dataset='small', subset='test')
    for entry in videos:
        metric.process(None, [entry])
    return metric.evaluate(len(videos))


def random_videos(count=12):
    rng = np.random.default_rng(3)
    videos = []
    for index in range(count):
        length = int(rng.integers(1, 30))
        scores = rng.choice(np.linspace(0, 1, 9), length).astype(np.float32)
        start = int(rng.integers(0, 8 * length))
        end = int(rng.integers(start + 1, 16 * length + 1))
        videos.append(
            video(
                f'v{index}',
                scores,
                [(start, end)] if index % 2 else (),
                ['Fighting', 'Abuse'][index // 2 % 2],
            )
        )
    return videos


def every_frame(videos):
    """Scores and labels frame by frame, by a loop over the definition."""
    scores, labels = [], []
    for entry in videos:
        for frame in range(16 * len(entry['snippet_scores'])):
            scores.append(float(entry['snippet_scores'][frame // 16]))
            labels.append(
                int(
                    any(
                        start <= frame < end
                        for start, end in entry['abnormal_intervals']
                    )
                )
            )
    return np.array(scores), np.array(labels)


def reference(videos):
    scores, labels = every_frame(videos)
    precision, recall, _ = precision_recall_curve(labels, scores)
    return dict(
        AUC=roc_auc_score(labels, scores),
        AP=average_precision_score(labels, scores),
        PR_AUC=auc(recall, precision),
    )


def test_figures_equal_scikit_learn_on_all_frames():
    """AUC, AP, PR_AUC of all, of the abnormal videos, and of each class."""
    videos = random_videos()
    figures = evaluate(videos)
    abnormal = [entry for entry in videos if entry['label']]
    subsets = {'': videos, '_abnormal': abnormal}
    for kind in ('Fighting', 'Abuse'):
        subsets[f'/{kind}'] = [v for v in abnormal if v['class'] == kind]
    for suffix, subset in subsets.items():
        for name, value in reference(subset).items():
            assert figures[f'anomaly/{name}{suffix}'] == pytest.approx(
                value, abs=1e-9
            ), name + suffix


def test_false_alarms_and_video_level():
    """Normal snippets 0.5, 0.6, 0.1, 0.2: half of them are alarms.

    Highest scores 0.9 (abnormal) against 0.6 and 0.2: video AUC 1.
    """
    figures = evaluate(
        [
            video('a', [0.1, 0.9], [(0, 16)]),
            video('n', [0.5, 0.6]),
            video('m', [0.1, 0.2]),
        ]
    )
    assert figures['anomaly/FAR'] == 0.5
    assert figures['anomaly/video_AUC'] == 1.0


@pytest.mark.parametrize('level', ['frame', 'video'])
def test_videos_are_told_apart_by_their_highest_score(level):
    """Oracle: scikit-learn on the maxima, by a loop; AUC also by hand.

    Abnormal 0.9, 0.4 against normal 0.6, 0.1: three of four pairs are right.
    """
    videos = [
        video('a', [0.1, 0.9], [(0, 16)]),
        video('n', [0.6, 0.5]),
        video('b', [0.4], [(0, 16)]),
        video('m', [0.1, 0.0]),
    ]
    figures = evaluate(videos, level=level)
    assert figures['anomaly/video_AUC'] == 0.75
    videos = random_videos()
    labels, highest = [], []
    for entry in videos:
        labels.append(entry['label'])
        highest.append(max(float(s) for s in entry['snippet_scores']))
    figures = evaluate(videos, level=level)
    assert figures['anomaly/video_AUC'] == pytest.approx(
        roc_auc_score(labels, highest)
    )
    assert figures['anomaly/video_AP'] == pytest.approx(
        average_precision_score(labels, highest)
    )


def test_weak_labels_are_enough_for_the_video_level():
    """Neither frames nor intervals are known; nothing else is reported."""
    videos = [
        video('a', [0.1, 0.9], [(0, 16)]),
        video('b', [0.7], [(0, 16)], kind='Abuse'),
        video('n', [0.6, 0.5]),
    ]
    for entry in videos:
        entry.update(frames=None, abnormal_intervals=None)
    assert evaluate(videos, level='video') == {
        'anomaly/video_AUC': 1.0,
        'anomaly/video_AP': 1.0,
    }


def test_video_level_of_one_label():
    """Normal videos alone: nothing is defined, nothing crashes."""
    figures = evaluate([video('n', [0.1])], level='video')
    assert len(figures) == 2 and all(map(math.isnan, figures.values()))


def test_another_level_is_refused():
    """Another word."""
    with pytest.raises(ValueError, match="'video'., found 'videos'"):
        METRICS.build(dict(type='AnomalyMetric', level='videos'))


def test_labels_alone_are_found_out(tmp_path):
    """Oracle: by hand (faults.md, C7). Highest scores .9 and .4 of abnormal
    videos against .6 and .1: 3 of 4 pairs are in order. The file of
    predictions says that no times are known; one video that has them among
    others that have none is a fault, and so are none where frames are asked
    for."""
    videos = [
        video('a', [0.1, 0.9], [(0, 16)]),
        video('b', [0.4], [(0, 16)]),
        video('n', [0.6]),
        video('m', [0.1, 0.0]),
    ]
    for entry in videos[:2]:
        entry.update(abnormal_intervals=None)
    out = tmp_path / 'out.json'
    assert evaluate(videos, out_file=str(out)) == {
        'anomaly/video_AUC': 0.75,
        'anomaly/video_AP': pytest.approx((1 + 2 / 3) / 2),
    }
    _, metrics, dumped = read_predictions(out)
    assert metrics['anomaly/video_AUC'] == 0.75
    assert [v['abnormal_intervals'] for v in dumped] == [None, None, [], []]
    with pytest.raises(ValueError, match="'a': testing needs its abnormal"):
        evaluate(videos, level='frame')
    videos[1].update(abnormal_intervals=[[0, 16]])
    with pytest.raises(ValueError, match="'a': expected its abnormal interv"):
        evaluate(videos)


def test_tail_carries_the_last_label():
    """20 frames, T = 2, abnormal from 18: frames 18 to 31 count as abnormal.

    Scores 0 and 1: of 18 normal frames 16 score 0 and 2 score 1; AUC
    (16 + 2 / 2) / 18.
    """
    figures = evaluate([video('a', [0.0, 1.0], [(18, 20)], frames=20)])
    assert figures['anomaly/AUC'] == pytest.approx(17 / 18)


def test_all_normal_test_set_is_not_a_crash():
    """AUC and AP are not defined; the false-alarm rate is."""
    figures = evaluate([video('n', [0.1, 0.7]), video('m', [0.2])])
    for name in (
        'AUC',
        'AP',
        'PR_AUC',
        'AUC_abnormal',
        'video_AUC',
        'video_AP',
    ):
        assert math.isnan(figures[f'anomaly/{name}'])
    assert figures['anomaly/FAR'] == pytest.approx(1 / 3)


def test_all_abnormal_frames_leave_auc_undefined():
    """One video, T = 1, all of it abnormal: AP 1, no AUC."""
    figures = evaluate([video('a', [0.3], [(0, 16)])])
    assert math.isnan(figures['anomaly/AUC'])
    assert figures['anomaly/AP'] == 1.0
    assert math.isnan(figures['anomaly/FAR'])


def test_mismatch_names_the_video():
    """T of the prediction against the annotation's frames."""
    with pytest.raises(ValueError, match="'odd': found T = 2 .*1600 frames"):
        evaluate([video('odd', [0.1, 0.2], frames=1600)])


def test_predictions_file_gives_the_same_figures(tmp_path):
    """What was written down is what was measured."""
    videos = random_videos()
    target = tmp_path / 'out.json'
    figures = evaluate(
        videos, out_file=str(target), run_info=dict(config='c.py')
    )
    metainfo, metrics, entries = read_predictions(target)
    assert metainfo['config'] == 'c.py' and metainfo['snippet_len'] == 16
    assert metrics['anomaly/AUC'] == pytest.approx(
        figures['anomaly/AUC'], abs=1e-6
    )
    for entry, written in zip(videos, entries):
        assert written['video'] == entry['video']
        assert np.allclose(written['scores'], entry['snippet_scores'])
        assert np.allclose(written['magnitudes'], entry['snippet_magnitudes'])


def test_a_score_that_is_no_number_names_its_video():
    """Oracle: by hand (faults.md, C10). scikit-learn would say that input
    contains NaN, of all videos at once."""
    odd = dict(
        video('n', [0.5, math.nan, 0.1]),
        feature_files=dict(features=['f/n.npy']),
    )
    with pytest.raises(
        ValueError,
        match="f/n.npy, video 'n': expected finite scores, found 1 .* in 3 "
        'snippets, the first in snippet 1',
    ):
        evaluate([video('a', [0.1, 0.9], [(0, 16)]), odd])


def test_scores_alone_make_figures_and_a_file(tmp_path):
    """Oracle: the figures of the same videos with magnitudes; the file has no
    key for what the head does not give."""
    videos = random_videos()
    plain = [
        {
            key: value
            for key, value in entry.items()
            if key not in ('snippet_magnitudes', 'crop_scores')
        }
        for entry in videos
    ]
    target = tmp_path / 'out.json'
    assert evaluate(plain, out_file=str(target)) == evaluate(videos)
    for entry in read_predictions(target)[2]:
        assert 'scores' in entry
        assert 'magnitudes' not in entry and 'crop_scores' not in entry
