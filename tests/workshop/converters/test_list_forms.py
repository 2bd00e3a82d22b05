"""Lists in other forms than this project's own (faults.md, C5, C6, C7)."""

import warnings

import pytest

from rtfm_mmaction.workshop.converters import convert_plain_text
from rtfm_mmaction.workshop.converters.list_forms import detect_form


def convert(folder, train, test=None, **kwargs):
    """Videos of both lists, and what was said."""
    paths = []
    for name, texts in (('train', train), ('test', test)):
        texts = [texts] if isinstance(texts, str) else texts or []
        paths.append([folder / f'{name}{i}.txt' for i in range(len(texts))])
        for path, text in zip(paths[-1], texts):
            path.write_text(text, encoding='utf-8')
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        both = convert_plain_text(paths[0], paths[1] or None, **kwargs)
    return (*both, ' | '.join(str(warning.message) for warning in caught))


def values(videos):
    return [list(video.values()) for video in videos]


def test_columns_of_frames_class_and_intervals(tmp_path):
    """Oracle: by hand, lines of the one port. Frames from 1 with their ends:
    3500 to 4000 are [3499, 4000); the second interval ends one frame behind
    the 1266 that the list says, as UCF-Crime's does, and is cut."""
    train, test, said = convert(
        tmp_path,
        'Vandalism/Vandalism048_x264.mp4 7183\n'
        'Training_Normal_Videos_Anomaly/Normal_Videos826_x264.mp4 1657\n'
        '"Road Accidents/own clip.mp4" 984\n',
        'Arson/Arson022_x264.mp4 8640 Arson 3500 4000 -1 -1\n'
        'Arson/Arson011_x264.mp4 1266 Arson 150 420 680 1267\n'
        'N/Normal_Videos_872_x264.mp4 530 Normal -1 -1 -1 -1',
    )
    assert values(train) == [
        ['Vandalism048_x264', 1, 'Vandalism', 7183, None],
        ['Normal_Videos826_x264', 0, 'Normal', 1657, []],
        ['own clip', 1, 'Road Accidents', 984, None],
    ]
    assert values(test) == [
        ['Arson022_x264', 1, 'Arson', 8640, [[3499, 4000]]],
        ['Arson011_x264', 1, 'Arson', 1266, [[149, 420], [679, 1266]]],
        ['Normal_Videos_872_x264', 0, 'Normal', 530, []],
    ]
    assert 'read as path frames class [start end]*; frames counted' in said
    assert 'from 1, the end included (--no-one-based for the other)' in said
    assert 'Arson011_x264' in said and 'cut' in said


def test_bars_and_names(tmp_path):
    """Oracle: by hand, lines of the other port, whose lists are four files."""
    train, test, said = convert(
        tmp_path,
        ['Abuse/Abuse001_x264.mp4\nFalling/own.mp4\n', 'Normal/c.mp4\n'],
        [
            'Arrest/Arrest001_x264.mp4|2375|[1185, 1485]\n'
            'Burglary/Burglary021_x264.mp4|1538|[60, 200, 840, 1340]\n',
            'Normal_Videos_event/Normal_Videos_897_x264.mp4 876 -1\n',
        ],
    )
    assert values(train) == [
        ['Abuse001_x264', 1, 'Abuse', None, None],
        ['own', 1, 'Falling', None, None],
        ['c', 0, 'Normal', None, []],
    ]
    assert values(test) == [
        ['Arrest001_x264', 1, 'Arrest', 2375, [[1184, 1485]]],
        ['Burglary021_x264', 1, 'Burglary', 1538, [[59, 200], [839, 1340]]],
        ['Normal_Videos_897_x264', 0, 'Normal', 876, []],
    ]
    assert 'one path a line' in said and 'path|frames|[start, end]' in said


def test_from_zero_where_it_is_said(tmp_path):
    """Oracle: the same numbers, as they stand."""
    _, test, said = convert(
        tmp_path, 'A/a.mp4', 'B/b.mp4|50|[0, 9]', one_based=False
    )
    assert test[0]['abnormal_intervals'] == [[0, 9]]
    assert 'counted from 0, the end left out (--one-based for the' in said


@pytest.mark.parametrize('header', ['path,label\n', ''])
def test_table_of_feature_files(tmp_path, header):
    """Oracle: by hand. Lines of one video's crops are one video; a test list
    may name the crop in the middle alone."""
    train, test, said = convert(
        tmp_path,
        header + '/home/x/Abuse/Abuse001_x264__0.npy,Abuse\n'
        '/home/x/Abuse/Abuse001_x264__1.npy,Abuse\n'
        '"D:\\x\\Normal,_Videos002_x264__0.npy",Normal\n',
        header + '/home/x/Abuse/Abuse028_x264__5.npy,Abuse\n'
        '/home/x/N/Normal_Videos_003_x264__5.npy,Normal\n',
    )
    assert values(train) == [
        ['Abuse001_x264', 1, 'Abuse', None, None],
        ['Normal,_Videos002_x264', 0, 'Normal', None, []],
    ]
    assert values(test) == [
        ['Abuse028_x264', 1, 'Abuse', None, None],
        ['Normal_Videos_003_x264', 0, 'Normal', None, []],
    ]
    assert 'read as path,label' in said
    assert 'no intervals of the 1 abnormal test videos' in said


def test_table_of_xd_violence(tmp_path):
    """Oracle: the data set's codes; A is normal, the first code counts. A
    lone A can mean anything, and is a class."""
    train, _, said = convert(
        tmp_path,
        'path,label\n/x/Bad.Boys__#0_label_B2-G-0__0.npy,B2-G-0\n'
        '/x/Deadpool__#1_label_A__0.npy,A\n/x/v=1__#1_label_G-0-0__0.npy,G-0-0',
    )
    assert [video['class'] for video in train] == [
        'Shooting',
        'Normal',
        'Explosion',
    ]
    assert 'codes of XD-Violence' in said
    train, _, _ = convert(tmp_path, 'path,label\nx.mp4,A\n')
    assert train[0]['class'] == 'A'


def test_table_with_other_headers(tmp_path):
    """Oracle: by hand. Any of the usual names, an unnamed column of row
    numbers, frames; what is not understood is not passed over."""
    train, _, _ = convert(
        tmp_path,
        ',Video_Name,frames,Class\n0,a b.mp4,50,Fight Club\n1, c.mp4,,0\n',
    )
    assert values(train) == [
        ['a b', 1, 'Fight Club', 50, None],
        ['c', 0, 'Normal', None, []],
    ]
    for text, message in (
        ('path,label,split\na,b,c', ":1: .*found 'split' as well"),
        ('path,label\na.mp4', ":2: expected 2 fields .* found 'a.mp4'"),
        ('path,label\n', 'below the header, found none'),
        ('path,label,frames\na,b,-5', ":2: .*of frames, found '-5'"),
    ):
        with pytest.raises(ValueError, match=message):
            convert(tmp_path, text)


@pytest.mark.parametrize(
    'lines, form',
    [
        (['a 0'], 'plain'),
        (['a 1'], 'plain'),
        (['a Fight 3 9', 'b 155', 'c 0'], 'plain'),
        (['a 155'], 'columns'),
        (['a 155', 'b 1'], 'columns'),
        (['a 155 Fight 3 9', 'b 155 x', 'c 0'], 'columns'),
        (['a|5|[1, 2]'], 'bars'),
        (['a b/c.mp4|5|[]'], 'bars'),
        (['a 5 -1'], 'bars'),
        (['x/a'], 'names'),
        (['x/a,b.mp4'], 'names'),
        (['a'], 'plain'),
        (['x/a.npy,Fight'], 'table'),
        (['path, label', 'a b, c'], 'table'),
        (['x/a,b.mp4 0'], 'plain'),
    ],
)
def test_forms(lines, form):
    """Oracle: the table at the head of the module; most lines decide."""
    assert detect_form(lines) == form


@pytest.mark.parametrize(
    'text, message',
    [
        ('a/b 55 F 1 2\nc/d 55 F 3 4\ne/f 55 F x', ':3: .*path frames class'),
        ('a/b 55 F 1 2\nc/d 55 F 3 4\ne/f F 5 9', ":3: .*found 'e/f F 5 9'"),
        ('a/b|5|[1, 2]\nc/d|5|[2', r":2: .*found 'c/d\|5\|\[2'"),
        ('a/b|5|[1, 2]\nc/d|5|[1]', ":2, video 'd': .* pairs .*found '1'"),
        ('a/b|5|[1, 2]\nc/d|9|[0, 2]', ":2, video 'd': .*from 1, found 0 2"),
        ('a/b\nc/d\ne f 0', ':3: .*one path a line'),
        ('b 55', ":1, video 'b': .*by the folder, found none"),
    ],
)
def test_faults_are_told_of_the_form(tmp_path, text, message):
    """Oracle: one sentence with file, line and the form of the others."""
    with pytest.raises(ValueError, match=rf'test0\.txt{message}'):
        convert(tmp_path, 'y 0', text)


def test_crops_of_one_video_have_one_label(tmp_path):
    """Oracle: by hand; the same line twice is told as well."""
    for second, message in (
        ('a__1.npy,Normal', ":2: expected label 'Arson' of video 'a' as in"),
        ('a__0.npy,Arson', ":2: found video 'a' again"),
    ):
        with pytest.raises(ValueError, match=message):
            convert(tmp_path, f'a__0.npy,Arson\n{second}')


LISTS = dict(
    plain='a noFight\nb Fight',
    columns='a.mp4 30 noFight\nb.mp4 30 Fight',
    names='noFight/a.mp4\nFight/b.mp4',
    table='path,label\na.npy,noFight\nb.npy,Fight',
)


@pytest.mark.parametrize('form', LISTS)
def test_names_that_mean_normal_are_asked_back(tmp_path, form):
    """Oracle: what was said of the class, either way; nothing else decides
    (C6). In each form of list."""
    with pytest.raises(
        ValueError,
        match="train0.txt:.*video 'a': expected to be told whether class "
        "'noFight' is normal.*--normal-class noFight or --abnormal-class "
        'noFight',
    ):
        convert(tmp_path, LISTS[form])
    train, _, _ = convert(tmp_path, LISTS[form], normal_class=['noFight'])
    assert [video['class'] for video in train] == ['Normal', 'Fight']
    train, _, _ = convert(tmp_path, LISTS[form], abnormal_class=['noFight'])
    assert [video['class'] for video in train] == ['noFight', 'Fight']


def test_choices_that_decide_nothing(tmp_path):
    """Oracle: a name that no list has is a slip; one in both a
    contradiction."""
    for options, message in (
        (dict(normal_class=['nofight']), "Fight, noFight, found 'nofight'"),
        (
            dict(normal_class=['noFight'], abnormal_class=['noFight']),
            "expected other classes in each, found 'noFight' in both",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            convert(tmp_path, LISTS['plain'], **options)


def test_weak_test_list(tmp_path):
    """Oracle: by hand (C7). Labels alone are enough if no abnormal video has
    intervals, and that is said; a mixture is a fault."""
    _, test, said = convert(tmp_path, 'y 0', 'a 0\nb 1\nc Fight')
    assert [video['abnormal_intervals'] for video in test] == [[], None, None]
    assert 'test0.txt: found no intervals of the 2 abnormal' in said
    assert 'anomaly/video_AUC' in said
