"""Cameras and classes, told by ways."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.apis.fitting.grouping import group_ways

NAMES = st.text('abcdeXYZ_01', min_size=1, max_size=4)
WAYS = st.lists(NAMES, min_size=1, max_size=4).map('/'.join)
VIDEOS = st.lists(
    st.tuples(WAYS, st.integers(0, 1)), min_size=2, max_size=12
).filter(lambda videos: len({label for _, label in videos}) == 2)


def grouped(abnormal, normal, groups=None):
    ways = [*abnormal, *normal]
    labels = [1] * len(abnormal) + [0] * len(normal)
    return group_ways(ways, labels, groups)


@pytest.mark.parametrize(
    'abnormal, normal, cameras, kinds',
    [
        # Both sides have two of the same name; fights are of one side alone.
        (
            ['gate/a', 'hall/a', 'fights/b'],
            ['gate/a', 'hall/c', 'quiet/d'],
            ['gate', 'hall', None, 'gate', 'hall', None],
            ['Anomaly', 'Anomaly', 'fights'],
        ),
        # The class may stand below the camera, or above it.
        (
            ['gate/fire/a', 'smoke/hall/b'],
            ['gate/c', 'hall/d'],
            ['gate', 'hall', 'gate', 'hall'],
            ['fire', 'smoke'],
        ),
        # A folder that all lie in tells nothing; case does not count.
        (
            ['mp4/Gate/a', 'mp4/Hall/b'],
            ['mp4/gate/c', 'mp4/hall/d'],
            ['Gate', 'Hall', 'Gate', 'Hall'],
            ['Anomaly', 'Anomaly'],
        ),
        # Days below cameras: the outermost counts, for it keeps them whole.
        (
            ['c1/mon/a', 'c2/tue/b'],
            ['c1/tue/c', 'c2/mon/d'],
            ['c1', 'c2', 'c1', 'c2'],
            ['Anomaly', 'Anomaly'],
        ),
        # One camera tells no more than none.
        (['gate/a', 'b'], ['gate/c', 'd'], [None] * 4, ['Anomaly'] * 2),
        (['gate/a'], ['gate/c'], [None] * 2, ['Anomaly']),
        (['a', 'b'], ['c'], [None] * 3, ['Anomaly'] * 2),
        # The word that annotations keep for the other side.
        (['Normal/a'], ['c'], [None] * 2, ['Anomaly']),
    ],
)
def test_folders_tell(abnormal, normal, cameras, kinds):
    """Oracle: by hand, from the rule of the docstring."""
    found = grouped(abnormal, normal)
    assert found.cameras == cameras
    assert found.kinds == kinds + ['Normal'] * len(normal)


def test_what_was_told_is_said():
    """Oracle: the sentences' figures and names, by hand."""
    (one,) = grouped(['gate/a'], ['gate/b']).notes
    assert 'one camera, gate' in one and '--groups' in one
    (none,) = grouped(['a'], ['b']).notes
    assert 'no cameras' in none and 'flatter' in none
    several, alone = grouped(
        ['c1/a', 'c2/a', 'c3/a', 'c4/a', 'x/a'],
        ['c1/a', 'c2/a', 'c3/a', 'c4/a'],
    ).notes
    assert '4 cameras' in several and 'c1, c2, c3 and 1 more' in several
    assert '1 of 9 videos' in alone and 'x/a' in alone


def test_a_pattern_tells():
    """Oracle: Python's own search, by hand: the first group, or all."""
    ways = ['day/c1_a', 'day/c2_b'], ['c1_c']
    assert grouped(*ways, r'(c\d)_').cameras == ['c1', 'c2', 'c1']
    assert grouped(*ways, r'c\d').cameras == ['c1', 'c2', 'c1']
    # Folders go on telling classes.
    assert grouped(*ways, r'c\d').kinds == ['day', 'day', 'Normal']
    # A folder that is a camera by the pattern is no class.
    found = grouped(['g1/a', 'g2/b'], ['g3/c'], r'g\d')
    assert found.kinds == ['Anomaly', 'Anomaly', 'Normal']
    # All the same: no groups to fold by.
    assert grouped(['c1_a'], ['c1_b'], r'c\d').cameras == [None, None]


@pytest.mark.parametrize(
    'pattern, message',
    [
        (r'(c\d', r"--groups: expected a regular expression, found '\(c"),
        (r'c(\d)', 'to match each video, found hall.mp4, .* nothing'),
        (r'x?', 'to match each video, found c1.mp4, .* no character'),
        # The group did not take part.
        (r'c\d|(x)', 'to match each video, found c1.mp4'),
    ],
)
def test_bad_patterns_are_told(pattern, message):
    """Oracle: one sentence with the pattern and the video."""
    with pytest.raises(ValueError, match=message):
        grouped(['c1.mp4'], ['hall.mp4'], pattern)


@given(VIDEOS)
@settings(max_examples=50, deadline=None)
def test_no_camera_is_of_one_side(videos):
    """Properties, of any ways: a camera is the name of a folder on each of
    its videos' ways; both sides have that folder, and there are two or more
    cameras or none. Kinds are folders of the own way that the normal side
    does not have. The order of videos does not matter but for spelling.
    """
    ways, labels = zip(*videos)
    found = group_ways(ways, labels)
    sides = [
        {
            folder.casefold()
            for way, own in videos
            if own == label
            for folder in way.split('/')[:-1]
        }
        for label in (0, 1)
    ]
    for way, label, camera, kind in zip(
        ways, labels, found.cameras, found.kinds
    ):
        folders = way.split('/')[:-1]
        if camera is not None:
            assert camera.casefold() in {f.casefold() for f in folders}
            assert camera.casefold() in sides[0] & sides[1]
        if label == 0:
            assert kind == 'Normal'
        elif kind != 'Anomaly':
            assert kind in folders and kind.casefold() not in sides[0]
    cameras = {camera for camera in found.cameras if camera is not None}
    assert len(cameras) != 1
    back = group_ways(ways[::-1], labels[::-1])
    assert [c and c.casefold() for c in back.cameras[::-1]] == [
        c and c.casefold() for c in found.cameras
    ]


@given(VIDEOS)
@settings(max_examples=50, deadline=None)
def test_a_pattern_of_the_file_parts_by_it(videos):
    """Oracle: equal last parts, equal cameras, and only those."""
    ways, labels = zip(*videos)
    found = group_ways(ways, labels, r'[^/]+$').cameras
    names = [way.rpartition('/')[2] for way in ways]
    if len(set(names)) > 1:
        assert found == names
    else:
        assert found == [None] * len(ways)
    assert all(re.fullmatch('[^/]+', name) for name in names)
