"""Frame ground truth from intervals and T."""

import csv
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtfm_mmaction.datasets.ground_truth import (
    frame_labels,
    intervals_from_mask,
    mask_from_intervals,
)
from rtfm_mmaction.io.frame_counts import read_frame_counts
from rtfm_mmaction.workshop.converters import (
    convert_shanghaitech,
    convert_ucf_crime,
    convert_xd_violence,
)
from tests.support.helpers import SHARED, needs_shared

UCF = SHARED / 'annotations/ucf_crime'
SHANGHAITECH = SHARED / 'annotations/shanghaitech'
XD = SHARED / 'annotations/xd_violence'
needs_ucf = needs_shared('annotations/ucf_crime/frame_counts.csv')
needs_shanghaitech = needs_shared('annotations/shanghaitech/gt-sh.npy')
needs_xd = needs_shared('annotations/xd_violence/annotations.txt')


@st.composite
def annotated_videos(draw):
    """Intervals within F frames, F, L, and a T that is near F / L."""
    frames = draw(st.integers(1, 200))
    points = sorted(draw(st.sets(st.integers(0, frames), max_size=8)))
    points = points[: len(points) // 2 * 2]
    length = draw(st.integers(1, 20))
    low, high = ceil(frames / length) - 2, frames // length + 2
    snippets = draw(st.integers(max(low, 1), max(high, 1)))
    return list(zip(points[::2], points[1::2])), frames, length, snippets


@given(annotated_videos())
def test_labels_are_those_of_a_loop_over_frames(case):
    """Oracle: brute force, frame by frame; behind the last, the last's."""
    intervals, frames, length, snippets = case
    expected = []
    for frame in range(snippets * length):
        frame = min(frame, frames - 1)
        expected.append(
            int(any(start <= frame < end for start, end in intervals))
        )
    labels = frame_labels(intervals, frames, snippets, length)
    assert labels.dtype == np.uint8
    assert labels.tolist() == expected


@given(annotated_videos())
def test_unknown_length_gives_the_labels_of_the_annotated_part(case):
    """Oracle: brute force. Without F nothing is carried on: a frame is
    abnormal where an interval says so."""
    intervals, _, length, snippets = case
    expected = [
        int(any(start <= frame < end for start, end in intervals))
        for frame in range(snippets * length)
    ]
    assert frame_labels(intervals, None, snippets, length).tolist() == expected


@given(st.lists(st.integers(0, 1)))
def test_mask_survives_the_way_through_intervals(mask):
    """Property: mask -> intervals -> mask; the intervals are apart and each
    holds marked frames alone."""
    intervals = intervals_from_mask(np.array(mask, np.uint8))
    assert mask_from_intervals(intervals, len(mask)).tolist() == mask
    ends = [point for pair in intervals for point in pair]
    assert ends == sorted(set(ends))


def test_runs_of_a_mask_by_hand():
    """0 1 1 0 1: frames 1 and 2, then frame 4, which is the last."""
    assert intervals_from_mask([0, 1, 1, 0, 1]) == [[1, 3], [4, 5]]
    assert intervals_from_mask(np.array([False, True])) == [[1, 2]]


def test_tail_by_hand():
    """F = 20, L = 4, abnormal from frame 17 on. T = 4: cut, nothing left.
    T = 5: frames 17, 18, 19. T = 7: eight more, as frame 19 is."""
    assert frame_labels([[17, 20]], 20, 4, 4).sum() == 0
    assert frame_labels([[17, 20]], 20, 5, 4).nonzero()[0].tolist() == [
        17,
        18,
        19,
    ]
    assert frame_labels([[17, 20]], 20, 7, 4).sum() == 3 + 8
    assert frame_labels([[16, 19]], 20, 7, 4).sum() == 3


@pytest.mark.parametrize(
    'frames, fitting',
    [(160, range(8, 13)), (165, range(9, 13)), (5, range(1, 3))],
)
def test_snippets_that_do_not_fit_are_refused(frames, fitting):
    """Oracle: the rule. T may be 2 away from F / 16, which is 10, 10.3125 and
    0.3125; the error names video, T, F and the range."""
    for snippets in range(1, 15):
        if snippets in fitting:
            assert len(frame_labels([], frames, snippets)) == snippets * 16
            continue
        with pytest.raises(
            ValueError,
            match=f"'v': found T = {snippets} .*expected {fitting[0]} to "
            f'{fitting[-1]} .*{frames} frames',
        ):
            frame_labels([], frames, snippets, video='v')


def test_end_behind_the_snippets_of_a_video_of_unknown_length():
    """T = 4, L = 16: 64 frames. An extractor that drops the rest may have
    lost up to 2 snippets, 32 frames, but no more."""
    assert frame_labels([[60, 96]], None, 4).nonzero()[0].tolist() == [
        60,
        61,
        62,
        63,
    ]
    with pytest.raises(
        ValueError, match="'v'.* ends at frame 97, expected at most 96 .*T = 4"
    ):
        frame_labels([[60, 97]], None, 4, video='v')


@pytest.mark.parametrize(
    'arguments, message',
    [
        ((None, 64, 4), 'needs its abnormal intervals'),
        (([[60, 65]], 64, 4), r'\[60, 65\), expected .* <= 64 frames'),
        (([[-4, 5]], 64, 4), r'\[-4, 5\)'),
        (([[5, 5]], 64, 4), r'\[5, 5\)'),
        (([], None, 0), 'T = 0 snippets of 16'),
        (([], 64, 4, 0), 'T = 4 snippets of 0'),
    ],
)
def test_bad_input_names_the_video(arguments, message):
    """Oracle: one ValueError."""
    with pytest.raises(ValueError, match=f"video 'v'.*{message}"):
        frame_labels(*arguments, video='v')


@pytest.mark.parametrize('mask', [[0, 2], [0.5], [[0, 1]], np.zeros((2, 2))])
def test_odd_masks_are_refused(mask):
    """Values but 0 and 1, or another rank, are no frame mask."""
    with pytest.raises(ValueError, match='expected one axis of 0 and 1'):
        intervals_from_mask(mask)


def ucf_test():
    counts = read_frame_counts(UCF / 'frame_counts.csv')
    with pytest.warns(UserWarning, match='cut an abnormal interval'):
        return convert_ucf_crime(
            UCF / 'Anomaly_Train.txt',
            UCF / 'Temporal_Anomaly_Annotation.txt',
            counts,
        )[1]


@needs_ucf
@pytest.mark.parametrize(
    'rounded, total',
    [
        (lambda frames: ceil(frames / 16), 1114144),
        (lambda frames: frames // 16, 1109824),
    ],
)
def test_ucf_crime_has_the_frames_of_the_ground_truth_in_circulation(
    rounded, total
):
    """Oracle: rtfm.md. 1 114 144 frames with T = ceil(F / 16), as in the
    2048-d files; 1 109 824 with floor. Each frame is that of the published
    lines, read here by a plain loop: counted from 1, ends included."""
    lines = {}
    for line in (UCF / 'Temporal_Anomaly_Annotation.txt').open():
        name, _, *numbers = line.split()
        lines[name[: -len('.mp4')]] = [int(number) for number in numbers]
    found = 0
    for video in ucf_test():
        snippets = rounded(video['frames'])
        labels = frame_labels(
            video['abnormal_intervals'],
            video['frames'],
            snippets,
            video=video['video'],
        )
        found += len(labels)
        first, last, second, end = lines[video['video']]
        frames = np.minimum(np.arange(len(labels)), video['frames'] - 1) + 1
        inside = (frames >= first) & (frames <= last)
        inside |= (frames >= second) & (frames <= end)
        assert np.array_equal(labels, inside)
    assert found == total


@needs_ucf
def test_one_snippet_less_in_nine_videos_fits_ucf_crime():
    """Oracle: rtfm.md. The 1024-d files have 1 109 680 frames and floor of
    F / 16 in 281 of 290 videos, so 9 have one snippet less. Whichever they
    are, they fit."""
    total = 0
    for video in ucf_test():
        floor = video['frames'] // 16
        for snippets in (floor, floor - 1):
            assert (
                len(
                    frame_labels(
                        video['abnormal_intervals'], video['frames'], snippets
                    )
                )
                == snippets * 16
            )
        total += floor * 16
    assert total - 9 * 16 == 1109680


@needs_shanghaitech
def test_shanghaitech_is_the_released_ground_truth_bit_by_bit():
    """Oracle: gt-sh.npy. Its first 44 blocks are the abnormal test videos in
    list order, T = ceil(F / 16); all that follows is 0 and 768 frames
    shorter than the normal videos would be with such a T."""
    with open(SHANGHAITECH / 'frame_counts.csv') as file:
        counts = {
            row['video']: int(row['frames']) for row in csv.DictReader(file)
        }
    _, test = convert_shanghaitech(
        SHANGHAITECH / 'SH_Train.txt',
        SHANGHAITECH / 'SH_Test.txt',
        SHANGHAITECH / 'test_frame_mask',
        counts,
    )
    released = np.load(SHANGHAITECH / 'gt-sh.npy', allow_pickle=False)
    assert len(released) == 142912 and released.sum() == 8028
    start = 0
    for label in (1, 0):
        for video in test:
            if video['label'] != label:
                continue
            labels = frame_labels(
                video['abnormal_intervals'],
                video['frames'],
                ceil(video['frames'] / 16),
            )
            if label == 1:
                block = released[start : start + len(labels)]
                assert np.array_equal(labels, block), video['video']
            assert labels.any() == label
            start += len(labels)
        if label == 1:
            assert not released[start:].any()
    assert start - len(released) == 768


@needs_xd
def test_xd_violence_reaches_behind_the_snippets():
    """Oracle: rtfm.md. With the 1024-d files' T, 14 videos (those with .mp4
    in the list) hold 8 520 abnormal frames, but their intervals 8 527: ends
    lie behind T x 16. Here for one of them that ends at frame 851: with 53
    snippets, 848 frames, three are cut."""
    names = [
        line.split()[0][: -len('.mp4')]
        for line in (XD / 'annotations.txt').open()
        if line.split()[0].endswith('.mp4')
    ]
    _, test = convert_xd_violence(
        XD / 'train_videos.txt', XD / 'test_videos.txt', XD / 'annotations.txt'
    )
    videos = {video['video']: video for video in test}
    assert len(names) == 14
    assert (
        sum(
            end - start
            for name in names
            for start, end in videos[name]['abnormal_intervals']
        )
        == 8527
    )
    video = videos['v=LJ0Pu5_Mefs__#1_label_G-0-0']
    ((start, end),) = video['abnormal_intervals']
    assert video['frames'] is None and end == 851
    assert frame_labels([[start, end]], None, 53).sum() == 848 - start
    assert frame_labels([[start, end]], None, 60).sum() == 851 - start
