"""The file of predictions: written, read back, and refused."""

import copy
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtfm_mmaction.evaluation.predictions import (
    read_predictions,
    write_predictions,
)

METAINFO = dict(dataset='ucf-crime', subset='test', snippet_len=16)


def video(name='Abuse028_x264', **changes):
    return {
        'video': name,
        'label': 1,
        'class': 'Abuse',
        'frames': 40,
        'abnormal_intervals': [[10, 20], [20, 30]],
        'scores': np.array([0.25, 0.75], np.float32),
        'magnitudes': np.array([3.5, 40.0], np.float32),
        **changes,
    }


def test_what_is_written_comes_back(tmp_path):
    """Oracle: the values that went in; numpy numbers become plain ones, NaN
    goes through null, parent folders are made."""
    path = tmp_path / 'runs' / 'out.json'
    normal = video(
        'Normal_é#1',
        label=np.int64(0),
        abnormal_intervals=[],
        frames=None,
        crop_scores=np.array([[0.1, 0.4], [0.7, 0.8]]),
    )
    write_predictions(
        path,
        {**METAINFO, 'classes': ('a', 'b')},
        {'anomaly/AUC': np.float64(0.5), 'anomaly/AP': math.nan},
        [video(), normal],
    )
    metainfo, metrics, videos = read_predictions(path)
    assert metainfo == {**METAINFO, 'classes': ['a', 'b']}
    assert metrics['anomaly/AUC'] == 0.5
    assert math.isnan(metrics['anomaly/AP'])
    assert [v['video'] for v in videos] == ['Abuse028_x264', 'Normal_é#1']
    np.testing.assert_array_equal(videos[0]['scores'], [0.25, 0.75])
    np.testing.assert_array_equal(videos[0]['magnitudes'], [3.5, 40.0])
    assert videos[0]['abnormal_intervals'] == [[10, 20], [20, 30]]
    assert 'crop_scores' not in videos[0]
    assert videos[1]['label'] == 0 and videos[1]['frames'] is None
    np.testing.assert_array_equal(
        videos[1]['crop_scores'], [[0.1, 0.4], [0.7, 0.8]]
    )
    # The file is JSON in the strict sense.
    text = path.read_text(encoding='utf-8')
    assert 'NaN' not in text and '"anomaly/AP": null' in text


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1, width=32), st.floats(0, 2**14, width=32)),
        min_size=1,
    )
)
def test_float32_comes_back_exactly(tmp_path_factory, snippets):
    """Property: no two scores become a tie, which would change the AUC."""
    scores, magnitudes = (
        np.array(column, np.float32) for column in zip(*snippets)
    )
    path = tmp_path_factory.mktemp('run') / 'out.json'
    write_predictions(
        path, METAINFO, {}, [video(scores=scores, magnitudes=magnitudes)]
    )
    found = read_predictions(path)[2][0]
    assert np.array_equal(found['scores'].astype(np.float32), scores)
    assert np.array_equal(found['magnitudes'].astype(np.float32), magnitudes)


def test_normal_videos_may_leave_their_intervals_open(tmp_path):
    """Oracle: what annotations allow. Of a normal video null is read as [];
    an abnormal one may have no interval at all."""
    path = tmp_path / 'out.json'
    write_predictions(
        path,
        METAINFO,
        {},
        [
            video('n', label=0, abnormal_intervals=None),
            video('a', label=1, abnormal_intervals=[]),
        ],
    )
    assert [v['abnormal_intervals'] for v in read_predictions(path)[2]] == [
        [],
        [],
    ]


@pytest.mark.parametrize('key', ['scores', 'magnitudes', 'crop_scores'])
def test_figures_of_snippets_that_are_no_number_are_refused(tmp_path, key):
    """The error names file, video and key; nothing is written."""
    bad = video(scores=[0.25, 0.5], magnitudes=[2.0, 1.0])
    bad[key] = [math.nan, 0.5] if key != 'crop_scores' else [[math.nan], [0]]
    with pytest.raises(ValueError, match=f'out.json: .*{key}: found .*None'):
        write_predictions(tmp_path / 'out.json', METAINFO, {}, [bad])
    assert list(tmp_path.iterdir()) == []


def test_a_head_may_give_scores_alone(tmp_path):
    """Oracle: what went in; no key is made up."""
    plain = video()
    del plain['magnitudes']
    write_predictions(tmp_path / 'out.json', METAINFO, {}, [plain])
    (found,) = read_predictions(tmp_path / 'out.json')[2]
    assert found.keys() == plain.keys()
    np.testing.assert_array_equal(found['scores'], [0.25, 0.75])


def good():
    plain = video(scores=[0.25, 0.75], magnitudes=[3.5, 40.0])
    return dict(
        metainfo=METAINFO, metrics={'anomaly/AUC': 0.5}, videos=[plain]
    )


BAD_VIDEOS = [
    (dict(label=2), 'Abuse028_x264: label: found 2, expected 0 or 1'),
    (dict(label=True), 'label: found True, expected 0 or 1'),
    ({'class': 7}, 'class: found 7, expected a name'),
    (dict(frames=0), 'frames: found 0, expected a positive integer or null'),
    (dict(abnormal_intervals=3), 'found 3, expected pairs .* or null'),
    (dict(abnormal_intervals=[[5, 5]]), r'found \[\[5, 5\]\], expected pair'),
    (dict(abnormal_intervals=[[5, 9], [8, 12]]), 'in order and apart'),
    (dict(abnormal_intervals=[[5.0, 9]]), 'expected pairs'),
    (dict(label=0), r'expected \[\] or null, as label is 0'),
    (dict(scores=[]), 'scores: found .*, expected a list of numbers in 0..1'),
    (dict(scores=[0.1, 1.2]), r'scores: found \[0.1, 1.2\]'),
    (dict(scores=['0.1', 0.2]), 'expected a list of numbers in 0..1'),
    (dict(scores=0.3), 'scores: found 0.3'),
    (dict(magnitudes=[1.0, -2.0]), 'expected a list of numbers, at least 0'),
    (dict(magnitudes=[1.0]), 'found .1 numbers., expected 2, as many as'),
    (dict(crop_scores=[[0.1]]), 'crop_scores: found .*, expected 2 lists'),
    (dict(crop_scores=[[0.1], [0.2, 0.3]]), 'all of one length'),
    (dict(crop_scores=[0.1, 0.2]), 'expected 2 lists'),
    (dict(crop_scores=[[0.1], [7]]), 'lists of numbers in 0..1'),
]


@pytest.mark.parametrize('changes, message', BAD_VIDEOS)
def test_bad_videos_are_told(tmp_path, changes, message):
    """Oracle: the message names the file, the video, the key, what was found
    and what was expected; the writer refuses as well and writes nothing."""
    content = good()
    content['videos'][0].update(changes)
    path = tmp_path / 'bad.json'
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=f'bad.json: .*{message}'):
        read_predictions(path)
    with pytest.raises(ValueError, match=message):
        write_predictions(
            tmp_path / 'new.json', METAINFO, {}, content['videos']
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ['bad.json']


@pytest.mark.parametrize(
    'key',
    [
        'video',
        'label',
        'class',
        'frames',
        'abnormal_intervals',
        'scores',
    ],
)
def test_missing_keys_are_told(tmp_path, key):
    """Oracle: the message names the key."""
    content = good()
    del content['videos'][0][key]
    path = tmp_path / 'bad.json'
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=f'bad.json.* key {key}'):
        read_predictions(path)


@pytest.mark.parametrize(
    'change, message',
    [
        (
            lambda c: c.pop('metrics'),
            'expected an object with the keys metainfo',
        ),
        (
            lambda c: c.update(videos={}),
            r'videos: found \{\}, expected a list',
        ),
        (lambda c: c.update(metainfo={}), 'snippet_len: found None, expected'),
        (lambda c: c.update(metrics=dict(AUC='high')), "AUC: found 'high'"),
        (
            lambda c: c['videos'].append(copy.deepcopy(c['videos'][0])),
            r'videos\[1\]: found .Abuse028_x264., expected every video once',
        ),
        (lambda c: c['videos'].append(3), r'videos\[1\]: found 3'),
    ],
)
def test_bad_files_are_told(tmp_path, change, message):
    """Oracle: the message names the file and the key."""
    content = good()
    change(content)
    path = tmp_path / 'bad.json'
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=f'bad.json.*{message}'):
        read_predictions(path)


@pytest.mark.parametrize(
    'content', [b'{"metainfo": ', b'\xff\xfe', b'', b'[]']
)
def test_what_is_no_such_json_is_told(tmp_path, content):
    """Oracle: the message names the file."""
    path = tmp_path / 'bad.json'
    path.write_bytes(content)
    with pytest.raises(ValueError, match='bad.json: .*expected'):
        read_predictions(path)


def test_missing_file_is_told(tmp_path):
    """Oracle: the message names the file and the tool that makes it."""
    with pytest.raises(FileNotFoundError, match='none.json.*--dump'):
        read_predictions(tmp_path / 'none.json')


def test_old_file_stays_if_the_new_one_is_bad(tmp_path):
    """Oracle: the content before; no temporary file is left."""
    path = tmp_path / 'out.json'
    write_predictions(path, METAINFO, {}, [video()])
    before = path.read_bytes()
    with pytest.raises(ValueError):
        write_predictions(path, METAINFO, {}, [video(scores=[2.0, 2.0])])
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
