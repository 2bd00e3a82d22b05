"""Reading, writing and checking annotation files."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.datasets import annotations
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
    validate_annotations,
)
from tests.support.forbidding import forbid

METAINFO = {'dataset': 'd', 'subset': 'test', 'classes': ['Abuse', 'Arson']}


def abnormal(**changes):
    return {
        'video': 'Abuse028_x264',
        'label': 1,
        'class': 'Abuse',
        'frames': 1412,
        'abnormal_intervals': [[164, 240], [300, 1412]],
        **changes,
    }


def normal(**changes):
    return {
        'video': 'v=é__#1_label.A',
        'label': 0,
        'class': 'Normal',
        'frames': None,
        'abnormal_intervals': [],
        **changes,
    }


def write(path, content):
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding='utf-8')
    return path


def test_file_is_one_video_a_line(tmp_path):
    """Oracle: the text, written by hand, keys in the format's order."""
    path = tmp_path / 'new' / 'test.json'
    shuffled = dict(reversed(list(normal().items())))
    save_annotations(path, METAINFO, [abnormal(), shuffled])
    assert path.read_text(encoding='utf-8') == (
        '{"metainfo": {"dataset": "d", "subset": "test", '
        '"classes": ["Abuse", "Arson"]},\n'
        '"data_list": [\n'
        '{"video": "Abuse028_x264", "label": 1, "class": "Abuse", '
        '"frames": 1412, "abnormal_intervals": [[164, 240], [300, 1412]]},\n'
        '{"video": "v=é__#1_label.A", "label": 0, "class": "Normal", '
        '"frames": null, "abnormal_intervals": []}\n'
        ']}\n'
    )
    assert load_annotations(path) == (METAINFO, [abnormal(), normal()])


def cut_points(draw):
    """Sorted, distinct frames, of an even number."""
    points = sorted(draw(st.sets(st.integers(0, 500), min_size=2)))
    return points[: len(points) // 2 * 2]


@st.composite
def videos(draw):
    entries = []
    for name in draw(st.sets(st.text(min_size=1).filter(str.strip))):
        entry = normal(video=name)
        if draw(st.booleans()):
            points = cut_points(draw)
            pairs = [list(pair) for pair in zip(points[::2], points[1::2])]
            entry = abnormal(
                video=name,
                frames=draw(st.sampled_from([None, 500, points[-1]])),
                abnormal_intervals=draw(st.sampled_from([None, pairs])),
            )
        entries.append(entry)
    return entries or [normal()]


@settings(max_examples=50, deadline=None)
@given(videos())
def test_what_is_written_is_read(tmp_path_factory, entries):
    """Property: reading gives back what was saved, with any name that UTF-8
    can hold, and intervals that touch."""
    path = tmp_path_factory.mktemp('annotations') / 'a.json'
    save_annotations(path, METAINFO, entries)
    assert load_annotations(path) == (METAINFO, entries)


def test_weak_labels_and_byte_order_marks_are_read(tmp_path):
    """Oracle: the format. null intervals of an abnormal video are no fault
    when they are read; an editor's byte order mark is none at all."""
    weak = abnormal(abnormal_intervals=None, frames=None)
    path = tmp_path / 'train.json'
    content = {'metainfo': {}, 'data_list': [weak]}
    path.write_text(json.dumps(content), encoding='utf-8-sig')
    assert load_annotations(str(path)) == ({}, [weak])


FAULTS = [
    ({'label': 2}, r'label must be 0 \(normal\) or 1 .*found 2'),
    ({'label': True}, 'label must be .*found True'),
    ({'label': '1'}, "label must be .*found '1'"),
    ({'label': None}, 'label must be .*found None'),
    ({'class': ''}, "class must be a name, found ''"),
    ({'class': 3}, 'class must be a name, found 3'),
    ({'class': 'Normal'}, "class must be a kind .*label is 1, found 'Normal'"),
    ({'video': ['a']}, r"video must be a name, found \['a'\]"),
    ({'frames': 0}, 'frames must be a positive .*or null, found 0'),
    ({'frames': 99.5}, 'frames must be .*found 99.5'),
    ({'abnormal_intervals': 7}, 'abnormal_intervals must be a list.*found 7'),
    ({'abnormal_intervals': []}, r'at least one .*or null .*found \[\]'),
    ({'abnormal_intervals': [5, 9]}, r'must be \[start, end\).*found 5'),
    ({'abnormal_intervals': [[5, 9, 11]]}, r'must be .*found \[5, 9, 11\]'),
    ({'abnormal_intervals': [[5, 9.5]]}, r'must be .*found \[5, 9.5\]'),
    ({'abnormal_intervals': [[9, 9]]}, r'0 <= start < end, found \[9, 9\]'),
    ({'abnormal_intervals': [[9, 5]]}, r'0 <= start < end, found \[9, 5\]'),
    ({'abnormal_intervals': [[-1, 5]]}, r'0 <= start < end, found \[-1, 5\]'),
    (
        {'abnormal_intervals': [[1, 5], [4, 9]]},
        r'not overlap, found \[4, 9\] behind one that ends at 5',
    ),
    ({'abnormal_intervals': [[20, 30], [1, 5]]}, r'sorted.*found \[1, 5\]'),
    (
        {'abnormal_intervals': [[1, 1413]]},
        r"within the video's 1412 frames, found \[1, 1413\]",
    ),
]


@pytest.mark.parametrize('changes, message', FAULTS)
def test_faults_name_file_video_and_value(tmp_path, changes, message):
    """Oracle: one ValueError with the file, the video, the key, what was
    found and what was expected; the same in reading and in writing."""
    video = abnormal(**changes)
    path = write(
        tmp_path / 'bad.json',
        {'metainfo': METAINFO, 'data_list': [normal(), video]},
    )
    where = 'video .*' if 'video' in changes else "video 'Abuse028_x264': .*"
    with pytest.raises(ValueError, match=rf'bad\.json, {where}{message}'):
        load_annotations(path)
    with pytest.raises(ValueError, match=f'new.json, .*{message}'):
        save_annotations(tmp_path / 'new.json', METAINFO, [video])
    assert not (tmp_path / 'new.json').exists()


def test_normal_video_with_intervals(tmp_path):
    """Label 0 contradicts an abnormal interval."""
    path = write(
        tmp_path / 'bad.json',
        {'metainfo': {}, 'data_list': [normal(abnormal_intervals=[[1, 2]])]},
    )
    with pytest.raises(
        ValueError,
        match=r'must be \[\] for a normal video '
        r'\(label 0\), found \[\[1, 2\]\]',
    ):
        load_annotations(path)


@pytest.mark.parametrize('key', list(annotations.KEYS))
def test_missing_and_misspelt_keys(tmp_path, key):
    """Every key is needed; one that is nearly right is recognised."""
    video = abnormal()
    del video[key]
    where = 'bad.json, video ' + ("'#0'" if key == 'video' else "'Abuse028")
    path = write(tmp_path / 'bad.json', {'metainfo': {}, 'data_list': [video]})
    with pytest.raises(
        ValueError, match=f"{where}.*key '{key}' is missing, found .*, "
    ):
        load_annotations(path)
    video[key[:-1]] = 1
    write(path, {'metainfo': {}, 'data_list': [video]})
    with pytest.raises(
        ValueError, match=f"unknown key '{key[:-1]}'.*did you mean '{key}'"
    ):
        load_annotations(path)


CONTENTS = [
    ('', 'expected JSON, found Expecting value'),
    ('{"metainfo": {}, "data_list": [', 'expected JSON, found'),
    ('[]', 'an object with metainfo and data_list, found a list'),
    ({'metainfo': {}}, "key 'data_list' is missing"),
    ({'data_list': [normal()]}, "key 'metainfo' is missing"),
    ({'metainfo': {}, 'data_list': [], 'data': 1}, "unknown key 'data'"),
    ({'metainfo': {}, 'datalist': []}, "did you mean 'data_list'"),
    ({'metainfo': {}, 'data_list': []}, r'at least one video, found \[\]'),
    ({'metainfo': {}, 'data_list': {}}, r'data_list must be a list'),
    ({'metainfo': {}, 'data_list': None}, 'data_list must be .*found None'),
    ({'metainfo': {}, 'data_list': ['a']}, "entry 0: .*object, found 'a'"),
    ({'metainfo': [], 'data_list': [normal()]}, 'metainfo must be an object'),
    (
        {'metainfo': {'dataset': 1}, 'data_list': [normal()]},
        'metainfo: dataset must be a name, found 1',
    ),
    (
        {'metainfo': {'classes': 'Abuse'}, 'data_list': [normal()]},
        "metainfo: classes must be a list of names, found 'Abuse'",
    ),
    (
        {'metainfo': {}, 'data_list': [normal(), abnormal(), normal()]},
        "video 'v=é__#1_label.A': found twice, expected once",
    ),
    (
        '{"metainfo": {}, "data_list": [{"label": 0, "label": 1}]}',
        "expected JSON, found key 'label' twice",
    ),
]


@pytest.mark.parametrize('content, message', CONTENTS)
def test_bad_files_are_told(tmp_path, content, message):
    """Oracle: one ValueError that begins with the file's path."""
    path = write(tmp_path / 'bad.json', content)
    with pytest.raises(ValueError, match=f'^{path}.*{message}'):
        load_annotations(path)


def test_binary_and_missing_files_are_told(tmp_path):
    """Neither a decoder's nor the system's own error comes through alone."""
    (tmp_path / 'bad.json').write_bytes(b'\x93NUMPY\x01')
    with pytest.raises(ValueError, match=r'bad\.json: expected UTF-8 text, f'):
        load_annotations(tmp_path / 'bad.json')
    for name, found in (('none.json', 'none'), ('.', 'a folder')):
        with pytest.raises(
            FileNotFoundError, match=f'an annotation file, found {found}'
        ):
            load_annotations(tmp_path / name)
    (tmp_path / 'loop.json').symlink_to(tmp_path / 'loop.json')
    with pytest.raises(
        ValueError, match=r'loop\.json: expected an .* cannot be read'
    ):
        load_annotations(tmp_path / 'loop.json')


def test_annotations_without_permission_are_told(tmp_path, monkeypatch):
    """Root may read all, so opening is made to fail."""
    (tmp_path / 'a.json').write_text('{}')
    forbid(monkeypatch, tmp_path / 'a.json')
    with pytest.raises(ValueError, match=r'a\.json: .*Permission denied'):
        load_annotations(tmp_path / 'a.json')


def test_failed_writing_leaves_the_old_file(tmp_path, monkeypatch):
    """Oracle: the folder before. The disk is full in the middle of a file."""
    path = tmp_path / 'a.json'
    save_annotations(path, METAINFO, [normal()])

    def no_space(self, text, **_):
        self.write_bytes(text[:40].encode())
        raise OSError('No space left on device')

    monkeypatch.setattr(type(path), 'write_text', no_space)
    with pytest.raises(OSError, match='No space'):
        save_annotations(path, METAINFO, [abnormal()])
    assert load_annotations(path)[1] == [normal()]
    assert [file.name for file in tmp_path.iterdir()] == ['a.json']


def test_checking_changes_nothing():
    """Oracle: a copy."""
    entries = [abnormal(), normal()]
    before = copy.deepcopy(entries)
    validate_annotations(METAINFO, entries, 'here')
    assert entries == before
