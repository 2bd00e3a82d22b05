"""Stretches of a video beside the video read by one."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from rtfm_mmaction.io.mp4 import has_even_steps
from rtfm_mmaction.io.stretches import (
    Stretch,
    StretchReader,
    cut_up,
    from_json,
    join_facts,
    to_json,
)
from rtfm_mmaction.io.video import SeekError, Video, VideoError
from tests.support.av_videos import coloured, encode

LENGTH, SIZE = 4, (32, 24)
FRAMES = 407


def moving():
    """Frames that tell their numbers, with noise that a codec gets wrong."""
    random = np.random.default_rng(0)
    for number in range(FRAMES):
        noise = random.integers(-6, 7, (48, 64, 3))
        yield (coloured(number).astype(int) + noise).clip(0, 255).astype('u1')


def whole(path, tail='pad'):
    video = Video(path)
    return [*video.snippets(LENGTH, tail, SIZE)], video


def reader(stretch, tail='pad'):
    return StretchReader(stretch, LENGTH, tail, SIZE, 'bilinear')


def in_stretches(path, most, tail='pad'):
    """All snippets of all stretches, and the video that was joined."""
    snippets, facts = [], []
    stretches = cut_up(Video(path), LENGTH, most)
    assert len(stretches) > 1
    for stretch in reversed(stretches):
        one = reader(stretch, tail)
        snippets = [*one(Video(path)), *snippets]
        facts.insert(0, from_json(to_json(one.facts)))
    video = Video(path)
    join_facts(video, stretches, facts)
    return snippets, video


def judged(video):
    video.close()
    timing = video.timing._replace(times=None)
    return video.frames, timing, video.notes(), video.lacking


@pytest.mark.parametrize('tail', ['drop', 'pad'])
@pytest.mark.parametrize(
    'name, options',
    [
        ('key_frames_only.avi', dict(codec='mjpeg')),
        ('one_key_frame.mp4', dict(gop=1000)),
        ('short_groups.mp4', dict(gop=12, bf='3')),
        (
            'open_groups.mp4',
            {'gop': 30, 'bf': '3', 'x264-params': 'open-gop=1'},
        ),
        ('no_key_frames.mp4', {'x264-params': 'intra-refresh=1'}),
        ('mpeg4.mov', dict(codec='mpeg4', gop=50, bf='2')),
        ('hevc.mp4', dict(codec='libx265', gop=40)),
        ('rate.mp4', dict(rate=30000 / 1001)),
    ],
)
def test_frames_are_those_of_one_reader(tmp_path, name, options, tail):
    """Whatever the groups of pictures. Oracle: the video read from its
    beginning, pixel by pixel, and what it says of itself."""
    rate = Fraction(options.pop('rate', 25)).limit_denominator(2000)
    path = encode(tmp_path / name, moving(), rate=rate, **options)
    expected, video = whole(path, tail)
    for most in (17, 60):
        found, joined = in_stretches(path, most, tail)
        assert (
            len(found) == len(expected) == FRAMES // LENGTH + (tail == 'pad')
        )
        assert all(map(np.array_equal, found, expected))
        assert judged(joined) == judged(video)


def test_folders_of_frames(tmp_path):
    """The first of another size than the others, which tells theirs. Oracle:
    the folder read from its beginning."""
    for number, frame in enumerate(moving()):
        if number == 60:
            break
        frame = cv2.resize(frame, (80, 60)) if number == 0 else frame
        cv2.imwrite(str(tmp_path / f'{number}.png'), frame)
    expected, video = whole(tmp_path)
    found, joined = in_stretches(tmp_path, 4)
    assert all(map(np.array_equal, found, expected))
    assert len(found) == len(expected) == 15
    assert judged(joined) == judged(video)


def test_cuts_by_hand(tmp_path):
    """407 frames are 101 snippets of 4 and a rest."""
    video = Video(encode(tmp_path / 'a.mp4', moving()))
    assert cut_up(video, LENGTH, 101) == []
    assert cut_up(video, LENGTH, 100) == [Stretch(0, 50), Stretch(50, None)]
    assert [*map(str, cut_up(video, LENGTH, 40))] == [
        '0-33',
        '33-67',
        '67-end',
    ]


def test_what_cannot_be_gone_to_is_refused(tmp_path):
    """A rate that varies, a container without a count, and damage in the
    middle. Oracles: how they were made."""
    times = np.arange(FRAMES) / 25 + 0.013 * (np.arange(FRAMES) % 3 == 1)
    uneven = encode(tmp_path / 'uneven.mp4', moving(), times=times)
    assert not has_even_steps(uneven)
    with pytest.raises(SeekError, match='uneven.mp4: its frame rate varies'):
        cut_up(Video(uneven), LENGTH, 40)
    assert cut_up(Video(uneven), LENGTH, 200) == []
    uncounted = encode(tmp_path / 'uncounted.mkv', moving())
    with pytest.raises(SeekError, match='does not say how many frames'):
        cut_up(Video(uncounted), LENGTH, 40)
    even = encode(tmp_path / 'even.mp4', moving(), gop=10)
    assert has_even_steps(even)
    data = bytearray(even.read_bytes())
    start, stop = len(data) * 4 // 10, len(data) * 5 // 10
    data[start:stop] = bytes(stop - start)
    (tmp_path / 'damaged.mp4').write_bytes(data)
    with pytest.raises(SeekError, match='damaged.mp4: '):
        in_stretches(tmp_path / 'damaged.mp4', 10)


def test_stretches_that_do_not_fit_are_refused(tmp_path):
    """One of another video, and an end that is missing. Oracle: how the
    facts were changed."""
    path = encode(tmp_path / 'a.mp4', moving())
    stretches = cut_up(Video(path), LENGTH, 60)
    facts = []
    for stretch in stretches:
        one = reader(stretch)
        assert len([*one(Video(path))]) in (50, 52)
        facts.append(one.facts)
    other = [facts[0], facts[1]._replace(before='0')]
    with pytest.raises(SeekError, match='before snippet 50 is something'):
        join_facts(Video(path), stretches, other)
    short = [facts[0], facts[1]._replace(times=facts[1].times[:100])]
    with pytest.raises(VideoError, match='expected 407 frames, as the file'):
        join_facts(Video(path), stretches, short)
    with pytest.raises(SeekError, match='ends at frame 407'):
        [*reader(Stretch(90, 120))(Video(path))]
    with pytest.raises(SeekError, match='is not found by its time'):
        [*reader(Stretch(120, 130))(Video(path))]
