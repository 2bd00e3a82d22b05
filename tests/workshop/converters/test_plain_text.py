"""The generic list ``name label [start end]*``."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rtfm_mmaction.datasets.annotations import validate_annotations
from rtfm_mmaction.workshop.converters import convert_plain_text
from rtfm_mmaction.workshop.converters.published import video_name

TRAIN = (
    '# 0\n\n'
    'videos/park_001.mp4\tNORMAL\r\n'
    '"front door 2.avi" Abnormal  3 9\n'
    'road#7__1 Fighting'
)
TEST = '"a ""b"" c"   1   5 9   12 20  \nrésumé=[x] 0\n\'e\' Robbery 0 1'


def convert(folder, train=TRAIN, test=TEST, **kwargs):
    (folder / 'train.txt').write_bytes(train.encode())
    path = None
    if test is not None:
        path = folder / 'test.txt'
        path.write_bytes(test.encode())
    return convert_plain_text(folder / 'train.txt', path, **kwargs)


def test_small_lists_by_hand(tmp_path):
    """# begins no comment; quotes hold blanks, doubled ones stand for one;
    training intervals are dropped."""
    train, test = convert(tmp_path)
    assert [list(video.values()) for video in train] == [
        ['#', 0, 'Normal', None, []],
        ['park_001', 0, 'Normal', None, []],
        ['front door 2', 1, 'Abnormal', None, None],
        ['road#7__1', 1, 'Fighting', None, None],
    ]
    assert [list(video.values()) for video in test] == [
        ['a "b" c', 1, 'Abnormal', None, [[5, 9], [12, 20]]],
        ['résumé=[x]', 0, 'Normal', None, []],
        ["'e'", 1, 'Robbery', None, [[0, 1]]],
    ]
    validate_annotations({}, train + test, 'all')


def test_training_videos_alone_and_frames_from_one(tmp_path):
    """Without a test list there are no test videos. 5 to 9 with both ends
    are frames 4 to 8; a video of 8 frames cuts one, which is told."""
    assert convert(tmp_path, test=None)[1] is None
    _, test = convert(tmp_path, test='a 1 5 9 10 10', one_based=True)
    assert test[0]['abnormal_intervals'] == [[4, 9], [9, 10]]
    with pytest.warns(UserWarning, match="test.txt:1, video 'a': cut .* of 8"):
        _, test = convert(
            tmp_path,
            'b 0',
            'a 1 5 9',
            one_based=True,
            frame_counts=dict(a=8, b=9),
        )
    assert test[0]['abnormal_intervals'] == [[4, 8]]
    assert test[0]['frames'] == 8


@pytest.mark.parametrize(
    'label, kind',
    [
        ('0', 'Normal'),
        ('normal', 'Normal'),
        ('Normal', 'Normal'),
        ('NORMAL', 'Normal'),
        ('1', 'Abnormal'),
        ('abNormal', 'Abnormal'),
        ('Fighting', 'Fighting'),
        ('B1-B2', 'B1-B2'),
        ('#x', '#x'),
        ('盗難', '盗難'),
    ],
)
def test_labels(tmp_path, label, kind):
    """Oracle: the issue's rules; a class's name stays as it is."""
    (entry,) = convert(tmp_path, f'a {label}', None)[0]
    assert entry['class'] == kind
    assert entry['label'] == int(kind != 'Normal')


# Line -> what its error says.
MALFORMED = [
    ('a', "expected a name .* label .*found 'a'"),
    ('"a b" ', 'expected a name .* label'),
    ('"a b 0', "expected a name .*found '\"a b 0'"),
    ('"a"b 0', 'expected a name'),
    ('"" 0', 'expected a name'),
    ('" " 0', "the name of a video, found ' '"),
    ('x/ 0', "the name of a video, found 'x/'"),
    ('a 2', "as the label, found '2'"),
    ('a -1', "as the label, found '-1'"),
    ('a 1.0', "as the label, found '1.0'"),
    ('a Norml', "found 'Norml'; did you mean 'normal'"),
    ('a abnormal: 1 5', "found 'abnormal:'; did you mean 'abnormal'"),
    (
        'my clip 1',
        "video 'my': expected frame numbers in pairs .*found '1'",
    ),
    ('my clip abnormal 1 5', "in pairs .*found 'abnormal 1 5'"),
    ('a 1 5', "in pairs .*found '5'"),
    ('a 1 5 9 12', "in pairs .*found '5 9 12'"),
    ('a 1 5-9', "in pairs .*found '5-9'"),
    ('a 1 1_0 2_0', "in pairs .*found '1_0 2_0'"),
    ('a 1 +5 9', r"in pairs .*found '\+5 9'"),
    ('a 1 ٣ ٩', 'in pairs'),
    ('a 1 -1 -1', 'counted from 0, found -1 -1'),
    ('a 1 9 5', 'found 9 5'),
    ('a 1 5 9 8 12', 'found 8 12'),
    ('a 1 1 1000000000000000000000', 'in pairs'),
    ('a, 0', r"found 'a,' with a comma .* is put in "),
    ('a noFight', 'or --abnormal-class noFight'),
    ('a 0 5 9', "expected no intervals of a normal video, found '5 9'"),
    ('videos/z.mp4 0', "found video 'z' again.*train.txt:1|test.txt:1"),
]


@pytest.mark.parametrize(
    'subset, line, message',
    [('test', *case) for case in MALFORMED]
    + [('train', *case) for case in MALFORMED[::5]],
)
def test_malformed_lines(tmp_path, subset, line, message):
    """Oracle: one ValueError with file:line; training lines are as strict,
    which some of each kind show, since one function reads both lists."""
    texts = dict(train='y 0', test='v 0')
    texts[subset] = f'z 0\n\r\n{line}'
    with pytest.raises(ValueError, match=rf'{subset}\.txt:3.*{message}'):
        convert(tmp_path, **texts)


def test_what_is_missing(tmp_path):
    """Intervals of an abnormal test video; videos; a frame count; a test
    video that is none of training."""
    with pytest.raises(
        ValueError,
        match='test.txt:2: expected start and end'
        ".* test video 'b', as of 1 others, found none",
    ):
        convert(tmp_path, test='a 0\nb 1\nc 1 5 9')
    with pytest.raises(ValueError, match='test.txt: expected one video a l'):
        convert(tmp_path, test='\n \n')
    with pytest.raises(ValueError, match='test.txt:1: found no frame count'):
        convert(tmp_path, 'a 0', 'b 0', frame_counts=dict(a=5))
    with pytest.raises(ValueError, match="test.txt:1: found video 'a' again"):
        convert(tmp_path, 'a 0', 'a 0')


names = st.text(
    st.one_of(
        st.sampled_from('#"\'= [](){}__é,;\t\u00a0\u2028-$%0 1'),
        st.characters(
            exclude_characters='/\\\0\r\n', exclude_categories=('Cs',)
        ),
    ),
    min_size=1,
    max_size=12,
)
steps = st.lists(st.integers(1, 50), max_size=8)


@given(
    st.dictionaries(names, steps, min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from([' ', '\t', ' \t  ']),
    st.sampled_from(['\n', '\r\n', ' \n\n']),
)
def test_what_is_written_comes_back(
    tmp_path_factory, videos, one_based, blank, end
):
    """Oracle: names and intervals that the text was made of, in either
    convention; names are quoted where they hold a blank or a quote, or end
    with a comma."""
    assume(all(name.strip() and video_name(name) == name for name in videos))
    expected, lines = {}, []
    for name, lengths in videos.items():
        points = [sum(lengths[: index + 1]) for index in range(len(lengths))]
        spans = [list(pair) for pair in zip(points[::2], points[1::2])]
        expected[name] = spans
        quoted = name
        if re.search('[ \t"]|,$', name):
            quoted = '"{}"'.format(name.replace('"', '""'))
        numbers = [
            str(number)
            for start, stop in spans
            for number in (start + one_based, stop)
        ]
        lines.append(blank.join([quoted, str(int(bool(spans))), *numbers]))
    folder = tmp_path_factory.getbasetemp()
    (folder / 'plain_train.txt').write_text('"a train/other" 0')
    path = folder / 'plain_test.txt'
    path.write_bytes(end.join(lines).encode('utf-8-sig'))
    assume('other' not in videos)
    _, test = convert_plain_text(
        folder / 'plain_train.txt', path, one_based=one_based
    )
    assert {
        video['video']: video['abnormal_intervals'] for video in test
    } == expected


tokens = st.one_of(
    st.integers(-2, 30).map(str),
    st.sampled_from(['+5', '1_0', '5.0', '1e1', '0x5', '٣', 'x', '-', '007']),
)


@given(st.lists(tokens, min_size=1, max_size=6), st.booleans())
def test_malformed_numbers_never_pass(tmp_path_factory, fields, one_based):
    """Oracle: the rules, one by one: plain digits, in pairs, each frame once
    and in order. What keeps them is read, all else refused."""
    folder = tmp_path_factory.getbasetemp()
    (folder / 'numbers_train.txt').write_text('other 0')
    path = folder / 'numbers_test.txt'
    path.write_text(' '.join(['a', '1', *fields]), encoding='utf-8')
    legal = len(fields) % 2 == 0 and all(
        re.fullmatch('[0-9]+', field) for field in fields
    )
    marked = []
    if legal:
        for start, end in zip(fields[::2], fields[1::2]):
            frames = list(range(int(start), int(end) + one_based))
            legal = legal and bool(frames)
            marked += [frame - one_based for frame in frames]
        legal = legal and marked == sorted(set(marked)) and min(marked) >= 0
    try:
        _, (entry,) = convert_plain_text(
            folder / 'numbers_train.txt', path, one_based=one_based
        )
    except ValueError as error:
        assert not legal
        assert str(error).startswith(f'{path}:1')
    else:
        assert legal
        assert marked == [
            frame
            for start, end in entry['abnormal_intervals']
            for frame in range(start, end)
        ]
