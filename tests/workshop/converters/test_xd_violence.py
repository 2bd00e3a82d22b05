"""XD-Violence's lists."""

from collections import Counter

import pytest

from rtfm_mmaction.datasets.annotations import validate_annotations
from rtfm_mmaction.workshop.converters import convert_xd_violence
from tests.support.helpers import SHARED, needs_shared

REAL = SHARED / 'annotations/xd_violence'
TRAIN = (
    'A.b.1995__#00-26-51_00-27-53_label_B2-0-0\r\n'
    'v=X_y-Z__#1_label_A\r\nc__#1_label_G'
)
TEST = 'd__#1_label_B6-G-0\ne__#1_label_A\nf.2002__#2_label_G-B2-B6'
ANNOTATIONS = (
    'f.2002__#2_label_G-B2-B6.mp4 340 1090\nd__#1_label_B6-G-0 0 10 10 1441'
)


def convert(folder, train=TRAIN, test=TEST, notes=ANNOTATIONS, counts=None):
    for name, text in (('train', train), ('test', test), ('notes', notes)):
        (folder / f'{name}.txt').write_text(text, newline='')
    return convert_xd_violence(
        folder / 'train.txt', folder / 'test.txt', folder / 'notes.txt', counts
    )


def test_small_lists_by_hand(tmp_path):
    """The first code gives the class; intervals are [start, end) as they
    stand; .mp4 belongs to no name."""
    train, test = convert(tmp_path)
    assert [list(video.values()) for video in train] == [
        [
            'A.b.1995__#00-26-51_00-27-53_label_B2-0-0',
            1,
            'Shooting',
            None,
            None,
        ],
        ['v=X_y-Z__#1_label_A', 0, 'Normal', None, []],
        ['c__#1_label_G', 1, 'Explosion', None, None],
    ]
    assert [list(video.values()) for video in test] == [
        ['d__#1_label_B6-G-0', 1, 'CarAccident', None, [[0, 10], [10, 1441]]],
        ['e__#1_label_A', 0, 'Normal', None, []],
        ['f.2002__#2_label_G-B2-B6', 1, 'Explosion', None, [[340, 1090]]],
    ]


def test_known_frames_cut_the_intervals(tmp_path):
    """A minute at 24 frames a second has 1440, and is annotated to 1441."""
    names = [line.strip() for line in (TRAIN + '\n' + TEST).split('\n')]
    with pytest.warns(UserWarning, match='notes.txt:2, .*1441 .* of 1440'):
        _, test = convert(tmp_path, counts=dict.fromkeys(names, 1440))
    assert test[0]['abnormal_intervals'] == [[0, 10], [10, 1440]]
    assert test[0]['frames'] == 1440


@pytest.mark.parametrize(
    'changes, message',
    [
        (
            dict(train='a__#1_label_B3-0-0'),
            'train.txt:1: .*B1, B2, B4.*B3-0-0',
        ),
        (dict(train='a__#1_label_0-0-0'), 'train.txt:1: .*found .*0-0-0'),
        (dict(train='a__#1_label_A-B1-0'), 'train.txt:1: .*found .*A-B1-0'),
        (dict(train='a__#1_label_'), "train.txt:1: .*found 'a__#1_label_'"),
        (dict(train='A'), "train.txt:1: .*found 'A'"),
        (dict(train='a__#1_label_A 3'), "train.txt:1: .*found '3' behind"),
        (dict(train='e__#1_label_A'), 'test.txt:2: .*again.*train.txt:1'),
        (
            dict(notes=ANNOTATIONS.split('\n')[0]),
            r'notes.txt: .*abnormal video .*d__.* \(.*test.txt:1\), found none',
        ),
        (
            dict(notes=ANNOTATIONS + '\ne__#1_label_A 1 2'),
            "notes.txt:3: .*test.txt, found 'e__#1_label_A'",
        ),
        (dict(notes=ANNOTATIONS + ' 7'), "notes.txt:2: .*in pairs .* 1441 7'"),
        (dict(notes=ANNOTATIONS + ' 7 9'), 'notes.txt:2: .*found 7 9'),
        (
            dict(notes=ANNOTATIONS + '\nd__#1_label_B6-G-0 1 2'),
            'notes.txt:3.*aga',
        ),
    ],
)
def test_malformed_lines(tmp_path, changes, message):
    """Oracle: one error with file:line, found and expected."""
    with pytest.raises(ValueError, match=message):
        convert(tmp_path, **changes)


@needs_shared('annotations/xd_violence/annotations.txt')
def test_published_lists():
    """Oracle: rtfm.md for the numbers of videos; a count of first codes in
    the lists' text for the classes; all frames of annotations.txt."""
    train, test = convert_xd_violence(
        REAL / 'train_videos.txt',
        REAL / 'test_videos.txt',
        REAL / 'annotations.txt',
    )
    for entries, videos, abnormal in ((train, 3954, 1905), (test, 800, 500)):
        validate_annotations({}, entries, 'XD-Violence')
        assert len(entries) == videos
        assert sum(video['label'] for video in entries) == abnormal
    names = {
        'A': 'Normal',
        'B1': 'Fighting',
        'B2': 'Shooting',
        'B4': 'Riot',
        'B5': 'Abuse',
        'B6': 'CarAccident',
        'G': 'Explosion',
    }
    codes = Counter(
        line.split('_label_')[1].split('-')[0]
        for line in (REAL / 'test_videos.txt').read_text().split()
    )
    assert Counter(video['class'] for video in test) == {
        names[code]: count for code, count in codes.items()
    }
    annotated = 0
    for line in (REAL / 'annotations.txt').read_text().split('\n'):
        _, *numbers = map(str.strip, line.split(' '))
        annotated += sum(map(int, numbers[1::2])) - sum(map(int, numbers[::2]))
    assert annotated == sum(
        end - start
        for video in test
        for start, end in video['abnormal_intervals']
    )
    assert all(
        video['abnormal_intervals'] is None
        for video in train
        if video['label']
    )


@needs_shared('annotations/xd_violence/annotations.txt')
def test_published_names_are_mended():
    """Oracle: rtfm.md. 500 annotated videos, 14 of them with .mp4; without it
    they are the abnormal videos of the test list, one by one."""
    lines = (REAL / 'annotations.txt').read_text().strip().split('\n')
    names = [line.split()[0] for line in lines]
    wrong = [name for name in names if name.endswith('.mp4')]
    assert (len(names), len(wrong)) == (500, 14)
    _, test = convert_xd_violence(
        REAL / 'train_videos.txt',
        REAL / 'test_videos.txt',
        REAL / 'annotations.txt',
    )
    spans = {
        video['video']: video['abnormal_intervals']
        for video in test
        if video['label']
    }
    assert set(spans) == {
        name[:-4] if name in wrong else name for name in names
    }
    for line in lines:
        name, *numbers = line.split()
        if name in wrong:
            assert sum(spans[name[:-4]], []) == list(map(int, numbers))
