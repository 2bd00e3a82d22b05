"""RTFM-style lists of feature files and their ground truth."""

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtfm_mmaction.datasets.annotations import validate_annotations
from rtfm_mmaction.datasets.ground_truth import (
    frame_labels,
    mask_from_intervals,
)
from rtfm_mmaction.io.frame_counts import read_frame_counts
from rtfm_mmaction.workshop.converters import convert_rtfm_lists
from rtfm_mmaction.workshop.converters.published import read_records
from rtfm_mmaction.workshop.converters.rtfm_lists import read_feature_list
from tests.support.helpers import SHARED, needs_shared

REAL = SHARED / 'annotations/shanghaitech'
TRAIN = (
    '/home/a/UCF_Train/Abuse001_x264_i3d.npy\r\n\r\n'
    'D:\\feat\\Normal_Videos001_x264_i3d.npy  \r\n'
)
TEST = (
    '/home/a b/UCF_Test/Arson011_x264_i3d.npy\n'
    '/home/a b/UCF_Test/Normal_Videos_003_x264_i3d.npy'
)
SNIPPETS = {'Arson011_x264_i3d': 3, 'Normal_Videos_003_x264_i3d': 2}
MASK = [0] * 20 + [1] * 20 + [0] * 40


def convert(
    folder,
    train=TRAIN,
    test=TEST,
    snippets=SNIPPETS,
    mask=MASK,
    dtype=np.float64,
    **kwargs,
):
    (folder / 'train.list').write_bytes(train.encode())
    (folder / 'test.list').write_bytes(test.encode())
    np.save(folder / 'gt.npy', np.array(mask, dtype))
    (folder / 'features').mkdir(exist_ok=True)
    for name, count in snippets.items():
        np.save(
            folder / f'features/{name}.npy',
            np.ones((count, 10, 4), np.float32),
        )
    return convert_rtfm_lists(
        folder / 'train.list',
        folder / 'test.list',
        folder / 'gt.npy',
        folder / 'features',
        **kwargs,
    )


@pytest.mark.parametrize('dtype', ['f8', 'f4', 'i8', 'u1', '?'])
def test_small_lists_by_hand(tmp_path, dtype):
    """3 and 2 snippets are 48 and 32 frames; 20 to 39 are marked. The layout
    that was found is told."""
    with pytest.warns(UserWarning, match="layout='auto' found 'rtfm'"):
        train, test = convert(tmp_path, dtype=dtype)
    assert [list(video.values()) for video in train] == [
        ['Abuse001_x264', 1, 'Abuse', None, None],
        ['Normal_Videos001_x264', 0, 'Normal', None, []],
    ]
    assert [list(video.values()) for video in test] == [
        ['Arson011_x264', 1, 'Arson', 48, [[20, 40]]],
        ['Normal_Videos_003_x264', 0, 'Normal', 32, []],
    ]


def test_a_file_per_crop(tmp_path):
    """Five lines a video, crop 0 with and without its number, are one video;
    T of one crop counts. XD-Violence's names hold # and __ and blanks."""
    names = ['v=X y__#1_label_B2-G-0', 'b__#00-01__2_label_A']
    lines = [f'/x/{name}__{crop}.npy' for name in names for crop in range(5)]
    lines[5] = f'/x/{names[1]}.npy'
    train = ''.join(
        f'c__#{part}_label_A__{crop}.npy\n'
        for part in range(2)
        for crop in range(5)
    )
    (tmp_path / 'features').mkdir()
    for line, count in zip(lines, [2] * 5 + [1] * 5):
        np.save(tmp_path / f'features/{line[3:]}', np.ones((count, 4), 'f4'))
    options = dict(
        train=train,
        test='\n'.join(lines),
        snippets={},
        mask=[1] * 32 + [0] * 16,
    )
    with pytest.warns(UserWarning, match="found 'per_crop'"):
        found, test = convert(tmp_path, **options)
    assert [video['video'] for video in found] == [
        'c__#0_label_A',
        'c__#1_label_A',
    ]
    assert [list(video.values()) for video in test] == [
        [names[0], 1, 'Shooting', 32, [[0, 32]]],
        [names[1], 0, 'Normal', 16, []],
    ]
    assert convert(tmp_path, **options, layout='per_crop')[1] == test


def test_layouts_of_another_order(tmp_path):
    """Crops first: T is the second axis. 32 segments tell no length."""
    options = dict(snippets={}, mask=[1] * 48 + [0] * 48, layout='crop_first')
    (tmp_path / 'features').mkdir()
    for name in SNIPPETS:
        np.save(tmp_path / f'features/{name}.npy', np.ones((10, 3, 4), 'f4'))
    assert [video['frames'] for video in convert(tmp_path, **options)[1]] == [
        48,
        48,
    ]
    with pytest.raises(ValueError, match='features: found features of 32 seg'):
        convert(tmp_path, **{**options, 'layout': 'mgfn'})


def test_single_underscore_only_by_name(tmp_path):
    """01_0015_0.npy is a video's crop if the layout says so, else a video."""
    path = tmp_path / 'test.list'
    path.write_text('x/01_0015_0.npy\nx/01_0015_1.npy')
    assert list(read_feature_list(path, 'per_crop_single')) == ['01_0015']
    assert list(read_feature_list(path)) == ['01_0015_0', '01_0015_1']


SH_TEST = '/x/01_0014_i3d.npy\n/x/01_002_i3d.npy'
SH_TRAIN = '01_0015_i3d.npy\n01_001_i3d.npy\n01_003_i3d.npy'
SH = dict(
    train=SH_TRAIN,
    test=SH_TEST,
    snippets={'01_0014_i3d': 1, '01_002_i3d': 2},
    mask=[0] * 15 + [1] + [0] * 32,
    layout='rtfm',
)


def test_labels_by_the_order(tmp_path):
    """Oracle: by hand, 1 of 3 and 1 of 2."""
    train, test = convert(tmp_path, **SH, abnormal_first=(1, 1))
    assert [(video['video'], video['class']) for video in train + test] == [
        ('01_0015', 'Abnormal'),
        ('01_001', 'Normal'),
        ('01_003', 'Normal'),
        ('01_0014', 'Abnormal'),
        ('01_002', 'Normal'),
    ]
    assert test[0]['abnormal_intervals'] == [[15, 16]]


@pytest.mark.parametrize(
    'kwargs, message',
    [
        (
            SH,
            "train.list:1: .*'01_0015'.* no class .*--abnormal-first; 63 and 44",
        ),
        (
            dict(SH, abnormal_first=(4, 1)),
            '0 to 3 videos .*train.list:1, found 4',
        ),
        (dict(SH, abnormal_first=(-1, 1)), '0 to 3 videos .*found -1'),
        (
            dict(SH, abnormal_first=(1, 0)),
            "gt.npy: found 1 abnormal .*'01_0014', "
            'expected none of a video of class Normal .*test.list:1',
        ),
        (
            dict(SH, abnormal_first=(1, 2)),
            'gt.npy: found 0 abnormal frames in 32 '
            "from frame 16 on, .*'01_002', expected some of .* Abnormal .*list:2",
        ),
        (
            dict(abnormal_first=(2, 1)),
            "train.list:3: .*'Normal_Videos001_x264', of"
            ' class Normal by its name, at place 2, expected the first 2',
        ),
        (
            dict(abnormal_first=(1, 0)),
            "test.list:1: .*'Arson011_x264', of class",
        ),
        (
            dict(train=TRAIN.replace('Abuse', 'Abus')),
            "train.list:1: .*begins with .*'Abus001_x264'",
        ),
        (dict(train=TEST), "test.list:1: found video 'Arson011_x264' again"),
        (
            dict(train=TRAIN + TRAIN),
            "train.list:4: found crop 0 of video 'Abuse0.*train.list:1",
        ),
        (
            dict(mask=MASK[:-16]),
            'gt.npy: found 64 frames, expected 80, the sum of '
            'T x 16 over the features of the 2 test videos',
        ),
        (dict(mask=MASK + [0]), 'gt.npy: found 81 frames, expected 80'),
        (
            dict(mask=[0] * 80),
            "gt.npy: found 0 abnormal .*'Arson011_x264', exp",
        ),
        (
            dict(mask=[1] * 80),
            "gt.npy: found 32 abnormal .*'Normal_Videos_003_x",
        ),
        (dict(mask=MASK[:-1] + [2]), 'gt.npy: .*found 2.0 at frame 79'),
        (dict(mask=MASK[:-1] + [np.nan]), 'gt.npy: .*found nan at frame 79'),
        (dict(mask=[MASK]), r'gt.npy: .*found an array of shape \(1, 80\)'),
        (dict(mask=[]), r'gt.npy: .*found an array of shape \(0,\)'),
        (
            dict(mask=['0'], dtype='U1'),
            'gt.npy: .*found an array of dtype <U1',
        ),
        (
            dict(snippets={}, layout='rtfm'),
            "'Arson011_x264': expected .*features/A"
            'rson011_x264_i3d.npy, found no such file',
        ),
        (
            dict(layout='vggish'),
            "train.list:1: .* {video}__vggish.npy, found '",
        ),
    ],
)
def test_what_does_not_fit(tmp_path, kwargs, message):
    """Oracle: one error that names the file and line, or video."""
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        convert(tmp_path, **{'layout': 'rtfm', **kwargs})


@pytest.mark.parametrize(
    'text, message',
    [
        ('', 'expected one feature file a line, found none'),
        ('a.npy\nb.mp4', r":2: expected the path .*found 'b.mp4'"),
        ('a.npy b.npy c', ":1: expected the path .*found 'a.npy b.npy c'"),
        ('x/.npy', ":1: expected the path of a feature file .*found 'x/.npy'"),
        (
            'a__0.npy\na__1.npy\nb__0.npy',
            r":3: found crops \[0\] of video 'b', exp"
            'ected 0 to 1 as of the first video; if .*packed',
        ),
        ('a__1.npy', r":1: found crops \[1\] of video 'a', expected 0 to 0"),
        ('a__0.npy\na__2.npy', r':1: found crops \[0, 2\] .*expected 0 to 1'),
        (
            'a.npy\nb.npy\nx/a__0.npy',
            ":3: found crop 0 of video 'a' again.*:1",
        ),
    ],
)
def test_malformed_lists(tmp_path, text, message):
    """Oracle: one ValueError with file:line."""
    path = tmp_path / 'a.list'
    path.write_text(text)
    with pytest.raises(ValueError, match=f'^{path}.*{message}'):
        read_feature_list(path)


# Whatever a file may be called on Linux, and what looks like a suffix.
letters = st.characters(
    exclude_characters='/\\\0\r\n', exclude_categories=('Cs',)
)
names = (
    st.lists(
        st.one_of(
            st.text(letters, min_size=1, max_size=4),
            st.sampled_from(
                [
                    '#',
                    '__',
                    '=',
                    '[b](c)',
                    ' ',
                    'é',
                    '日本',
                    '__1',
                    '_0',
                    '_label_B2-0',
                    '.npy',
                    '_i3d',
                    '..',
                ]
            ),
        ),
        min_size=1,
        max_size=5,
    )
    .map(''.join)
    .filter(str.strip)
)
folders = st.lists(
    st.tuples(
        st.sampled_from(['C:', '', '..', 'a b', '#é', 'x_i3d.npy']),
        st.sampled_from('/\\'),
    ),
    max_size=4,
).map(lambda parts: ''.join(map(''.join, parts)))
suffixes = st.sampled_from(['_i3d.npy', '__vggish.npy', '__0.npy', '.txt'])


@given(
    st.dictionaries(names, folders, min_size=1, max_size=6),
    suffixes,
    st.sampled_from(['\n', '\r\n', ' \n', '\n\n']),
)
def test_names_come_back_from_any_path(tmp_path_factory, videos, suffix, end):
    """Oracle: the names that the lines were made of."""
    path = tmp_path_factory.getbasetemp() / 'names.list'
    path.write_bytes(
        end.join(
            folder + name + suffix for name, folder in videos.items()
        ).encode('utf-8-sig')
    )
    assert list(read_feature_list(path)) == list(videos)


@given(names, st.integers(1, 12), folders)
def test_only_a_final_number_is_the_crop(
    tmp_path_factory, name, count, folder
):
    """Oracle: as above; one video of all its crops, in any order. A named
    layout takes the whole name."""
    path = tmp_path_factory.getbasetemp() / 'crops.list'
    path.write_text(
        '\n'.join(
            f'{folder}{name}__{crop}.npy' for crop in reversed(range(count))
        ),
        encoding='utf-8-sig',
    )
    assert list(read_feature_list(path)) == [name]
    assert list(read_feature_list(path, 'packed')) == [
        f'{name}__{crop}' for crop in reversed(range(count))
    ]


@given(
    st.lists(
        st.one_of(
            st.text(max_size=4),
            st.sampled_from(['a.npy', '.npy', '\n', '\r\n', '/b']),
        )
    ).map(''.join)
)
def test_any_text_is_read_or_refused_in_words(tmp_path_factory, text):
    """Oracle: as many paths as lines that are not blank, or a ValueError that
    names the file."""
    path = tmp_path_factory.getbasetemp() / 'any.list'
    path.write_bytes(text.encode())
    try:
        found = read_feature_list(path, 'packed')
    except ValueError as error:
        assert str(error).startswith(str(path))
    else:
        lines = [
            line
            for line in text.replace('\r', '\n').split('\n')
            if line.strip('\ufeff').strip()
        ]
        assert len(found) == len(lines)
        assert all(line.rstrip().endswith('.npy') for line in lines)


@needs_shared('annotations/shanghaitech/gt-sh.npy')
def test_shanghaitech_comes_back_bit_by_bit(tmp_path):
    """Oracle: gt-sh.npy and the frame masks, each padded with its last label.
    RTFM's lists have the abnormal videos first, in the order of SH_Test.txt;
    so have the array's blocks. T is ceil(F / 16), but for 48 of the normal
    videos one less: the array is 768 frames shorter."""
    counts = read_frame_counts(REAL / 'frame_counts.csv')
    snippets, lists = {}, {}
    for subset in ('Train', 'Test'):
        videos = list(read_records(REAL / f'SH_{subset}.txt'))
        masks = REAL / 'test_frame_mask'
        videos.sort(key=lambda name: not (masks / f'{name}.npy').exists())
        lists[subset] = videos
    first = len([name for name in lists['Train'] if len(name) == 7])
    for index, name in enumerate(lists['Test']):
        snippets[f'{name}_i3d'] = ceil(counts[name] / 16) - (44 <= index < 92)
    train, test = convert(
        tmp_path,
        '\r\n'.join(f'D:\\SH\\{name}_i3d.npy' for name in lists['Train']),
        '\n'.join(f'/home/x/SH_Test/{name}_i3d.npy' for name in lists['Test']),
        snippets,
        np.load(REAL / 'gt-sh.npy'),
        layout='rtfm',
        abnormal_first=(first, 44),
    )
    assert (len(train), first, len(test)) == (238, 63, 199)
    validate_annotations({}, train, 'train')
    validate_annotations({}, test, 'test')
    assert [video['label'] for video in test] == [1] * 44 + [0] * 155
    for video in test[:44]:
        mask = np.load(masks / f'{video["video"]}.npy')
        padded = np.pad(mask, (0, -len(mask) % 16), mode='edge')
        found = mask_from_intervals(
            video['abnormal_intervals'], video['frames']
        )
        assert np.array_equal(found, padded), video['video']
    rebuilt = [
        frame_labels(
            video['abnormal_intervals'], video['frames'], video['frames'] // 16
        )
        for video in test
    ]
    assert np.array_equal(np.concatenate(rebuilt), np.load(REAL / 'gt-sh.npy'))


@pytest.mark.parametrize('header', ['path,label\n', ''])
def test_tables_with_labels(tmp_path, header):
    """Oracle: by hand (faults.md, C5). Tables of the methods on CLIP: labels
    beside the files, all crops to train on and the middle one to test on;
    a label that reads as if it meant normal is asked back."""
    lists = dict(
        train=header + '/x/Fight/a__0.npy,Fight\n/x/Fight/a__1.npy,Fight\n'
        '/x/b__0.npy,noFight\n/x/b__1.npy,noFight',
        test=header + '/x/Fight/c__1.npy,Fight\n/x/d__1.npy,noFight\n',
        snippets={'c__0': 3, 'c__1': 3, 'd__0': 2, 'd__1': 2},
        layout='per_crop',
    )
    with pytest.raises(ValueError, match='b.*--normal-class noFight or --ab'):
        convert(tmp_path, **lists)
    train, test = convert(tmp_path, normal_class=['noFight'], **lists)
    assert [list(video.values()) for video in train] == [
        ['a', 1, 'Fight', None, None],
        ['b', 0, 'Normal', None, []],
    ]
    assert [list(video.values()) for video in test] == [
        ['c', 1, 'Fight', 48, [[20, 40]]],
        ['d', 0, 'Normal', 32, []],
    ]
    lists['test'] += '/x/d__0.npy,Fight\n'
    with pytest.raises(ValueError, match="'d': expected class 'Normal' as in"):
        convert(tmp_path, normal_class=['noFight'], **lists)
