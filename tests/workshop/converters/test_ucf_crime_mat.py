"""UCF-Crime's MATLAB annotations."""

import shutil

import numpy as np
import pytest
from scipy.io import savemat

from rtfm_mmaction.workshop.converters import convert_ucf_crime
from tests.support.helpers import SHARED, needs_shared

REAL = SHARED / 'annotations/ucf_crime'


def mat(
    folder,
    name='Arson011_x264',
    event='Arson',
    anno=((150, 420),),
    dtype='u2',
    file_name=None,
):
    folder.mkdir(exist_ok=True)
    path = folder / f'{file_name or name}.mat'
    savemat(
        path,
        {
            'Annotation_file': {
                'VideoName': f'{name}.mp4',
                'Anno': np.array(anno, dtype),
                'EventName': event,
            }
        },
    )
    return path


def convert(folder, test_list=None, counts=None):
    (folder / 'train.txt').write_text('Abuse/Abuse001_x264.mp4')
    if test_list is not None:
        (folder / 'test.txt').write_text(test_list)
        test_list = folder / 'test.txt'
    return convert_ucf_crime(
        folder / 'train.txt', folder / 'mats', counts, test_list
    )[1]


@needs_shared('annotations/ucf_crime/Stealing079_x264.mat')
def test_published_files_say_what_the_published_text_says(tmp_path):
    """Oracle: Temporal_Anomaly_Annotation.txt, for the same videos, with the
    frame counts, so that one interval is cut in both."""
    (tmp_path / 'mats').mkdir()
    for path in REAL.glob('*.mat'):
        shutil.copy(path, tmp_path / 'mats')
    counts = {
        'Abuse001_x264': 9,
        'Arson011_x264': 1266,
        'Abuse028_x264': 1411,
        'Stealing079_x264': 4500,
    }
    with pytest.warns(UserWarning, match="'Arson011_x264': cut"):
        found = convert(tmp_path, counts=counts)
    lines = (REAL / 'Temporal_Anomaly_Annotation.txt').read_text().split('\n')
    stems = [path.stem for path in sorted(REAL.glob('*.mat'))]
    text = [line for line in lines if line.split('.')[0] in stems]
    assert len(text) == len(stems) == 3
    (tmp_path / 'same.txt').write_text('\n'.join(text))
    with pytest.warns(UserWarning, match="'Arson011_x264': cut"):
        expected = convert_ucf_crime(
            tmp_path / 'train.txt', tmp_path / 'same.txt', counts
        )[1]
    assert found == expected


@pytest.mark.parametrize(
    'anno, dtype, expected',
    [
        ([[165, 240]], 'u1', [[164, 240]]),
        ([[165, 240], [-1, -1]], 'i2', [[164, 240]]),
        ([[1, 2], [3, 70000]], 'i4', [[0, 2], [2, 70000]]),
        ([[10, 1000], [2000, 1e6]], 'f8', [[9, 1000], [1999, 1000000]]),
    ],
)
def test_intervals_of_any_type(tmp_path, anno, dtype, expected):
    """Oracle: by hand. Counted from 1 with the ends included; MATLAB's own
    numbers are floats."""
    mat(tmp_path / 'mats', anno=anno, dtype=dtype)
    (entry,) = convert(tmp_path)
    assert list(entry.values()) == [
        'Arson011_x264',
        1,
        'Arson',
        None,
        expected,
    ]


@pytest.mark.parametrize('anno', [[[-1, -1], [-1, -1]], np.empty((0, 2)), []])
def test_normal_videos_without_intervals(tmp_path, anno):
    """None is written as -1, or as no rows."""
    mat(tmp_path / 'mats', 'Normal_Videos_003_x264', 'Normal', anno, 'i2')
    (entry,) = convert(tmp_path)
    assert list(entry.values()) == [
        'Normal_Videos_003_x264',
        0,
        'Normal',
        None,
        [],
    ]


def test_normal_videos_from_the_test_list(tmp_path):
    """What has no file and is normal is added; what is abnormal needs one;
    training videos belong in neither."""
    mat(tmp_path / 'mats')
    found = convert(
        tmp_path,
        'Arson/Arson011_x264.mp4\nTesting_Normal/Normal_Videos_003_x264.mp4\n',
    )
    assert [
        (video['video'], video['abnormal_intervals']) for video in found
    ] == [('Arson011_x264', [[149, 420]]), ('Normal_Videos_003_x264', [])]
    with pytest.raises(
        ValueError,
        match='test.txt:2: expected the annotation '
        "of abnormal video 'Arson016_x264' in .*mats, found n",
    ):
        convert(tmp_path, 'Arson011_x264.mp4\nArson016_x264.mp4')
    with pytest.raises(ValueError, match='test.txt:1: found video .*again'):
        convert(tmp_path, 'Abuse001_x264.mp4')
    with pytest.raises(ValueError, match="test.txt:1: .*name alone, found '1"):
        convert(tmp_path, 'Arson011_x264.mp4 1')
    mat(tmp_path / 'mats', 'Abuse001_x264', 'Abuse')
    with pytest.raises(ValueError, match='Abuse001_x264.mat: found training '):
        convert(tmp_path)


@pytest.mark.parametrize(
    'changes, message',
    [
        (
            dict(file_name='Arson012_x264'),
            "VideoName 'Arson012_x264' .*'Arson011",
        ),
        (dict(name='Arsn_1'), "begins with .*found 'Arsn_1'"),
        (
            dict(event='Abuse'),
            "class 'Arson' as the name says, found 'Abuse 150",
        ),
        (dict(event=''), 'a name in EventName, found <U1 of shape'),
        (
            dict(event=np.zeros(2)),
            'a name in EventName, found float64 of shape',
        ),
        (
            dict(anno=[[1, 2, 3, 4]]),
            r'shape \(k, 2\) in Anno, found .*\(1, 4\)',
        ),
        (dict(anno=[[1.5, 2]], dtype='f4'), r'\(k, 2\) .*float32 .*1.5'),
        (
            dict(anno=[[1, np.inf]], dtype='f4'),
            r'\(k, 2\) in Anno, found float32',
        ),
        (
            dict(anno=[[1, np.nan]], dtype='f4'),
            r'\(k, 2\) in Anno, found float32',
        ),
        (dict(anno=[['1', '2']], dtype='U1'), 'in Anno, found <U'),
        (dict(anno=[[-1, -1]], dtype='i2'), 'intervals of an abnormal video'),
        (dict(anno=np.empty((0, 2))), 'intervals of an abnormal video'),
        (dict(anno=[[0, 5]]), 'counted from 1, found 0 5'),
        (dict(anno=[[7, 5]]), 'found 7 5'),
        (dict(anno=[[5, 9], [1, 3]]), 'found 1 3'),
        (dict(anno=[[-1, 9]], dtype='i2'), 'found -1 9'),
    ],
)
def test_malformed_files(tmp_path, changes, message):
    """Oracle: one ValueError that names the file, in one line."""
    path = mat(tmp_path / 'mats', **changes)
    with pytest.raises(
        ValueError, match=f'^{path}: expected .*{message}'
    ) as caught:
        convert(tmp_path)
    assert '\n' not in str(caught.value)


def test_files_that_are_no_annotation(tmp_path):
    """Other variables, two structs, fields missing; no file; each cut of a
    good one."""
    path = mat(tmp_path / 'mats')
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=f'^{path}: expected .*, found'):
            convert(tmp_path)
    for variables, found in (
        ({'other': 1}, 'found none'),
        ({'Annotation_file': 5}, r'found .*int.* of shape \(1, 1\)'),
        ({'Annotation_file': {'Anno': 5}}, 'found 1 with Anno'),
        (
            {'Annotation_file': np.zeros(2, [('Anno', 'O')])},
            'found 2 with Anno',
        ),
    ):
        savemat(path, variables)
        with pytest.raises(ValueError, match='expected one struct .*' + found):
            convert(tmp_path)
    path.write_bytes(b'MATLAB 7.3 MAT-file'.ljust(124) + b'\x00\x02IM')
    with pytest.raises(
        ValueError,
        match=r'\(version 5 to 7\), found one of '
        "128 bytes that begins with b'MATLAB 7.3 MAT-file",
    ):
        convert(tmp_path)
    path.unlink()
    with pytest.raises(ValueError, match='mats: expected a folder of .mat'):
        convert(tmp_path)
