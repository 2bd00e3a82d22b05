"""Streaming scores against the model's own test step on prefixes."""

import cv2
import numpy as np
import pytest

from rtfm_mmaction.apis.streaming import FrameStream, StreamingDetector
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.io.state_file import read_state, write_state
from tests.support.random_detectors import FORMS, build, features, offline
from tests.support.tiny import make_video, make_weights, tiny_config


def check(score, expected, at):
    """One snippet's score against row ``at`` of the offline result."""
    assert score.score == pytest.approx(expected['scores'][at], abs=1e-5)
    assert score.magnitude == pytest.approx(
        expected['magnitudes'][at], rel=1e-5, abs=1e-5
    )
    np.testing.assert_allclose(
        score.crop_scores, expected['crop_scores'][at], atol=1e-5
    )


@pytest.mark.parametrize(
    'form, crops, length',
    [
        ('released', 1, 1),
        ('released', 3, 3),
        ('released', 1, 5),
        ('released', 3, 6),
        ('released', 1, 30),
        ('paper', 3, 4),
        ('without_pdc', 3, 1),
        *((form, 2, 7) for form in FORMS if form != 'released'),
    ],
)
def test_scores_are_those_of_the_prefix(form, crops, length):
    """Oracle: the prefix 0..t + L scored offline, at t; at the end the last
    L snippets of the whole.

    The whole neck below, at and above its latency L = 5; each other form,
    of L = 5, 4, 1 or 0, above it, and two at it: of the crops, one to three
    are summed up each by itself.
    """
    model, rows = build(form), features(length, crops)
    stream = StreamingDetector(model, crops)
    reach = model.neck.reach
    assert stream.latency == reach
    for index, row in enumerate(rows):
        scores = stream.push(row)
        assert [score.index for score in scores] == (
            [index - reach] if index >= reach else []
        )
        for score in scores:
            check(score, offline(model, rows[: index + 1]), score.index)
    rest = stream.flush()
    assert [score.index for score in rest] == list(
        range(max(0, length - reach), length)
    )
    expected = offline(model, rows)
    for score in rest:
        check(score, expected, score.index)


def test_the_last_snippet_of_the_latency_counts():
    """Property: another snippet t + L changes the score of t, so that no
    smaller latency would do, and one with all snippets known is exact."""
    model, rows = build('released'), features(20)
    other = rows.copy()
    other[15] += 1
    found = [
        StreamingDetector(model, 2).push(x[:16])[-1] for x in (rows, other)
    ]
    assert [score.index for score in found] == [10, 10]
    assert abs(found[0].score - found[1].score) > 1e-4


def test_several_at_once_are_as_one_by_one_and_begin_anew():
    """Property: however the snippets are cut; flush() forgets the video."""
    model, rows = build('released'), features(25)
    stream = StreamingDetector(model, 2)
    expected = [score for row in rows for score in stream.push(row)]
    expected += stream.flush()
    assert [score.index for score in expected] == list(range(25))
    found = [
        score
        for part in (rows[:1], rows[1:1], rows[1:18], rows[18:])
        for score in stream.push(part)
    ] + stream.flush()
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.index == theirs.index
        assert ours.score == theirs.score
    assert stream.flush() == []


@pytest.mark.parametrize('form', ['released', 'no_neck'])
@pytest.mark.parametrize('cut', [0, 3, 12])
def test_a_saved_state_goes_on_as_if_nothing_was(form, cut, tmp_path):
    """Oracle: the stream that was not interrupted; through a file, into
    another object."""
    model, rows = build(form), features(24)
    stream = StreamingDetector(model, 2)
    stream.push(rows[:cut])
    write_state(tmp_path / 's', stream.state_dict())
    expected = stream.push(rows[cut:]) + stream.flush()
    other = StreamingDetector(model, 2)
    state = read_state(tmp_path / 's')
    for _ in range(2):  # what was loaded is not written to
        other.load_state_dict(state)
        found = other.push(rows[cut:]) + other.flush()
        assert [(s.index, s.score) for s in found] == [
            (s.index, s.score) for s in expected
        ]


def test_the_state_does_not_grow(tmp_path):
    """Property: 500 snippets more, 5 minutes at 25 frames/s, are held as the
    first one is; a number a snippet would show."""
    stream = StreamingDetector(build('released'), 1)
    row = features(1, 1)[0]
    stream.push(row)
    write_state(tmp_path / 's', stream.state_dict())
    before = (tmp_path / 's').stat().st_size
    for _ in range(500):
        assert len(stream.push(row)) <= 1
    write_state(tmp_path / 's', stream.state_dict())
    # The count itself has two digits more.
    assert (tmp_path / 's').stat().st_size - before == 2


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(count=None), "expected 'count'.*None"),
        (dict(version=0), 'version 2, found 0'),
        (dict(sum=np.zeros((2, 3, 3))), "'sum' of shape.*(2, 3, 3)"),
        (dict(recent=np.zeros((10, 2, 8), 'f4')), "'recent' .*(10, 2, 8)"),
        (dict(recent=[0]), "'recent' of shape.*list"),
        (dict(more=1), "unknown 'more'"),
    ],
)
def test_a_state_that_does_not_fit_names_the_key(change, message):
    """Nothing of it is taken: the stream goes on as it was."""
    model, rows = build('released'), features(12)
    stream = StreamingDetector(model, 2)
    stream.push(rows[:10])
    with pytest.raises(ValueError, match=message):
        stream.load_state_dict({**stream.state_dict(), **change})
    state = stream.state_dict()
    del state['sum']
    with pytest.raises(ValueError, match="found no 'sum'"):
        stream.load_state_dict(state)
    check(stream.push(rows[10:])[-1], offline(model, rows), 6)


def test_features_that_do_not_fit_are_not_taken():
    """The errors name both shapes; the next push is as if they never came."""
    model, rows = build('released'), features(12)
    stream = StreamingDetector(model, 2)
    stream.push(rows[:11])
    bad = rows[:1].copy()
    bad[0, 0, 0] = np.inf
    for wrong, message in (
        (rows[:, :1], r'N = 2 .*found shape \(12, 1, 32\)'),
        (rows[0, :, :8], r'C = 32 .*found shape \(2, 8\)'),
        (bad, 'finite'),
    ):
        with pytest.raises(ValueError, match=message):
            stream.push(wrong)
    check(stream.push(rows[11])[0], offline(model, rows), 6)


@pytest.fixture
def video(tmp_path):
    """101 frames: six snippets of 16 and five frames."""
    return make_video(tmp_path / 'a.mp4', 101)


def frames_of(path):
    capture = cv2.VideoCapture(str(path))
    while True:
        read, frame = capture.read()
        if not read:
            return
        yield frame


@pytest.mark.parametrize('tail, length', [('drop', 6), ('pad', 7)])
def test_frames_are_scored_as_the_extractors_features(
    tmp_path, video, tail, length
):
    """Oracle: extraction of the file, then its features pushed one by one."""
    extractor = build_extractor(
        tiny_config(make_weights(tmp_path / 'w.pth'), tail=tail)
    )
    model = build('released', channels=4)
    expected = StreamingDetector(model, 5)
    rows = extractor.extract(video)
    assert len(rows) == length
    stream = FrameStream(extractor, model)
    assert stream.latency == 5 * 16
    for _ in range(2):  # flush() begins anew
        found = []
        for index, frame in enumerate(frames_of(video), 1):
            scores = stream.push(frame)
            # Snippet 0 is known with snippet 5, at its 16th frame.
            assert len(scores) == (index == 96)
            found += scores
        found += stream.flush()
        for ours, theirs in zip(
            found, expected.push(rows) + expected.flush(), strict=True
        ):
            assert ours.index == theirs.index
            assert ours.score == pytest.approx(theirs.score, abs=1e-5)


def test_what_is_no_frame_is_refused(tmp_path):
    """The errors say what was found."""
    extractor = build_extractor(tiny_config(make_weights(tmp_path / 'w.pth')))
    stream = FrameStream(extractor, build('released'))
    with pytest.raises(ValueError, match=r'frame.*found \(4, 4\) of uint8'):
        stream.push(np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match='found .* of float32'):
        stream.push(np.zeros((4, 4, 3), np.float32))
    with pytest.raises(ValueError, match='C = 32 channels.*found shape .*4'):
        for _ in range(16):
            stream.push(np.zeros((4, 4, 3), np.uint8))
