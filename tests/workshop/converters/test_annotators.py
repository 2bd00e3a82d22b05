"""Annotations of ActivityNet and Label Studio. Oracle: their documentation,
in files by hand, and the package's own files there and back."""

import json

import pytest

from rtfm_mmaction.apis.exchange import (
    Mark,
    MarkedVideo,
    activitynet_database,
    label_studio_tasks,
)
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    validate_annotations,
)
from rtfm_mmaction.workshop.cli import activitynet, label_studio
from rtfm_mmaction.workshop.converters import (
    convert_activitynet,
    convert_label_studio,
)


def write(path, content):
    path.write_text(json.dumps(content))
    return path


def database(**videos):
    return dict(version='VERSION 1.3', taxonomy=[], database=videos)


def listed(subset, *annotations, duration=10.0):
    return dict(
        duration=duration,
        subset=subset,
        resolution='320x240',
        annotations=[
            dict(label=label, segment=segment)
            for label, *segment in annotations
        ],
    )


def values(entries):
    validate_annotations({}, entries, 'all')
    return [list(entry.values()) for entry in entries]


def test_activitynet(tmp_path):
    """Seconds at 25 frames/s by hand; what overlaps is joined; of two classes
    the longer one; times of training videos are dropped."""
    path = write(
        tmp_path / 'a.json',
        database(
            t0=listed('training', ('Fight', 1, 2)),
            t1=listed('training'),
            v0=listed(
                'validation',
                ('Fight', 4, 6),
                ('Fire', 1, 2),
                ('Fight', 5, 8),
                ('Normal', 0, 1),
            ),
            v1=listed('testing', ('normal', 2, 3)),
        ),
    )
    with pytest.warns(UserWarning, match='v0: found 2 classes, Fight, Fire;'):
        train, test = convert_activitynet(path, fps=25)
    assert values(train) == [
        ['t0', 1, 'Fight', None, None],
        ['t1', 0, 'Normal', None, []],
    ]
    assert values(test) == [
        ['v0', 1, 'Fight', None, [[25, 50], [100, 200]]],
        ['v1', 0, 'Normal', None, []],
    ]


def test_the_rate_comes_of_the_lengths(tmp_path):
    """300 frames in 10 s are 30 a second; without test videos there are
    none."""
    path = write(
        tmp_path / 'a.json', database(v=listed('testing', ('Fire', 1, 2)))
    )
    _, test = convert_activitynet(path, {'v': 300})
    assert values(test) == [['v', 1, 'Fire', 300, [[30, 60]]]]
    path = write(tmp_path / 'b.json', database(v=listed('training')))
    assert convert_activitynet(path)[1] is None


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        ([], "with videos in the key database, found '\\[\\]'"),
        (dict(results={}), 'with videos in the key database'),
        (database(v=listed('train')), 'v: subset: expected one of training'),
        (database(v=3), "v: subset: .* found 'None'"),
        (database(v=dict(subset='testing')), 'annotations: expected a list'),
        (
            database(v=listed('testing', ('Fire', 1, 2))),
            r'expected what tells the frames .*\(--fps',
        ),
        (
            database(v=listed('testing', (3, 1, 2))),
            r"annotations\[0\]: label: expected a name, found '3'",
        ),
        (
            database(v=listed('testing', ('Fire', 1))),
            'segment: expected start and end in seconds',
        ),
        (
            database(v=listed('testing', ('Fire', '1', 2))),
            "segment: expected a number, found '1'",
        ),
    ],
)
def test_other_files_than_activitynet_s(tmp_path, content, words):
    path = write(tmp_path / 'a.json', content)
    with pytest.raises(ValueError, match=f'a.json.*{words}'):
        convert_activitynet(path)


@pytest.mark.parametrize('segment', [(2, 1), (-1, 1), (1, 1e400)])
def test_stretches_that_are_none(tmp_path, segment):
    path = write(
        tmp_path / 'a.json', database(v=listed('testing', ('Fire', *segment)))
    )
    with pytest.raises(ValueError, match='v: expected a stretch with 0 <='):
        convert_activitynet(path, fps=1)


def task(video, *results, **more):
    return dict(
        id=1,
        data=dict(video=video),
        annotations=[dict(result=list(results), was_cancelled=False, **more)],
    )


def timeline(label, start, end):
    return dict(
        type='timelinelabels',
        value=dict(
            ranges=[dict(start=start, end=end)], timelinelabels=[label]
        ),
    )


def test_label_studio(tmp_path):
    """Frames from 1 with both ends, one alone, seconds, choices; names of
    uploads, local storage and addresses."""
    path = write(
        tmp_path / 'a.json',
        [
            task('/data/upload/3/0123abcd-cam 1.mp4', timeline('Fire', 1, 16)),
            task(
                '/data/local-files/?d=x/cam2.avi',
                timeline('Fire', 5, 5),
                timeline('Normal', 20, 30),
            ),
            task(
                's3://bucket/cam%203.mp4?key=1',
                dict(
                    type='labels',
                    value=dict(start=1, end=2.5, labels=['Fight']),
                ),
            ),
            task('cam4.mp4'),
            task(
                'cam5.mp4',
                dict(type='choices', value=dict(choices=['Fight'])),
            ),
            dict(data=dict(video='cam6.mp4'), annotations=[]),
        ],
    )
    with pytest.warns(UserWarning, match="1 of 6 tasks .* such as 'cam6'"):
        _, test = convert_label_studio(
            write(tmp_path / 't.json', [task('t.mp4')]), path, fps=10
        )
    assert values(test) == [
        ['cam 1', 1, 'Fire', None, [[0, 16]]],
        ['cam2', 1, 'Fire', None, [[4, 5]]],
        ['cam 3', 1, 'Fight', None, [[10, 25]]],
        ['cam4', 0, 'Normal', None, []],
        ['cam5', 1, 'Fight', None, None],
    ]


def test_of_several_annotations_one_counts(tmp_path):
    """A skipped one never; the ground truth, else the last."""
    several = task('a.mp4', timeline('Fire', 1, 2))
    second = task('a.mp4', timeline('Fight', 3, 4))['annotations']
    skipped = task('a.mp4', timeline('Other', 5, 6))['annotations']
    skipped[0]['was_cancelled'] = True
    several['annotations'] += [*second, *skipped]
    with pytest.warns(UserWarning, match='2 annotations, of which the last'):
        (entry,), _ = convert_label_studio(write(tmp_path / 'a', [several]))
    assert entry['class'] == 'Fight'
    several['annotations'][0]['ground_truth'] = True
    with pytest.warns(UserWarning, match='the ground truth is taken'):
        (entry,), _ = convert_label_studio(write(tmp_path / 'a', [several]))
    assert entry['class'] == 'Fire'


def test_json_min(tmp_path):
    """The form without regions' own keys, as Label Studio shortens it."""
    content = [
        dict(
            video='a.mp4',
            id=7,
            annotator=1,
            events=[
                dict(ranges=[dict(start=11, end=20)], timelinelabels=['Fire'])
            ],
        ),
        dict(video='b.mp4', id=8, annotator=1),
    ]
    train = write(tmp_path / 't.json', [dict(video='t.mp4', choice='Fire')])
    train, test = convert_label_studio(
        train, write(tmp_path / 'a.json', content)
    )
    assert values(train) == [['t', 1, 'Fire', None, None]]
    assert values(test) == [
        ['a', 1, 'Fire', None, [[10, 20]]],
        ['b', 0, 'Normal', None, []],
    ]


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        ({}, 'a list of tasks'),
        ([], 'a list of tasks'),
        ([3], "task 1: expected an object, found '3'"),
        ([dict(data={})], 'data: expected the address of a video'),
        ([task('a.mp4', 3)], 'value: expected an object'),
        ([task('a.mp4'), task('b/a.mp4')], "each video once, found 'a' again"),
        (
            [task('a.mp4', timeline('Fire', 'x', 2))],
            "start: expected a number, found 'x'",
        ),
        (
            [task('a.mp4', timeline('Fire', 0, 2))],
            'expected a stretch with 0 <= start < end, found -1',
        ),
        (
            [task('a.mp4', dict(value=dict(start=1, end=2, labels=['Fire'])))],
            r'the frames of its seconds \(--fps\), found none',
        ),
        (
            [dict(data=dict(video='a.mp4'), annotations=[])],
            'expected annotated tasks, found 1 without',
        ),
    ],
)
@pytest.mark.filterwarnings('ignore')
def test_other_files_than_label_studio_s(tmp_path, content, words):
    path = write(tmp_path / 'a.json', content)
    with pytest.raises(ValueError, match=f'a.json.*{words}'):
        convert_label_studio(path)


def test_own_files_come_back(tmp_path):
    """Verdicts, written and read: confirmed stretches to the frame; what was
    refused is normal."""
    videos = [
        MarkedVideo(
            'a', 'x/a.mp4', 25, 8.0, [Mark(0.64, 1.92), Mark(3.2, 3.84)]
        ),
        MarkedVideo('b', None, 25, 8.0, [Mark(0.64, 1.28, 'Normal')]),
    ]
    expected = [
        ['a', 1, 'Abnormal', 200, [[16, 48], [80, 96]]],
        ['b', 0, 'Normal', 200, []],
    ]
    counts = dict(a=200, b=200)
    path = write(tmp_path / 'a.json', activitynet_database(videos, 'testing'))
    assert values(convert_activitynet(path, counts)[1]) == expected
    videos = [one._replace(source=f'{one.name}.mp4') for one in videos]
    path = write(tmp_path / 'l.json', label_studio_tasks(videos))
    train = write(tmp_path / 't.json', [task('t.mp4')])
    counts['t'] = 9
    assert values(convert_label_studio(train, path, counts)[1]) == expected


def test_both_by_their_commands(tmp_path, capsys):
    """Oracle: by hand; a class that reads as normal is asked back."""
    file = write(
        tmp_path / 'a.json',
        database(
            a=listed('training', ('noFight', 1, 2)),
            b=listed('testing', ('Fire', 1, 2)),
        ),
    )
    lengths = tmp_path / 'frames.csv'
    lengths.write_text('video,frames\na,100\nb,200\n')
    options = ['--dataset', 'own', '--annotations', str(file), '--out']
    options += [str(tmp_path / 'out'), '--frame-counts', str(lengths)]
    with pytest.raises(SystemExit, match='a.json: .*noFight'):
        activitynet.main(options)
    assert not (tmp_path / 'out').exists()
    activitynet.main([*options, '--normal-class', 'noFight'])
    metainfo, (entry,) = load_annotations(tmp_path / 'out/test.json')
    assert metainfo['classes'] == ['Fire'] and entry['frames'] == 200
    assert entry['abnormal_intervals'] == [[20, 40]]
    file = write(tmp_path / 'l.json', [task('a.mp4', timeline('Fire', 1, 9))])
    options = ['--dataset', 'own', '--train-export', str(file), '--out']
    label_studio.main([*options, str(tmp_path / 'more')])
    _, (entry,) = load_annotations(tmp_path / 'more/train.json')
    assert entry['label'] == 1 and entry['abnormal_intervals'] is None
    with pytest.raises(SystemExit):
        label_studio.main([*options, str(tmp_path / 'more'), '--fps', '0'])
    assert '--fps: expected more than 0, found 0' in capsys.readouterr().err
