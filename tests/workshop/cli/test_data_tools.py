"""tools/data/*.py from the command line on."""

import runpy

import cv2
import numpy as np
import pytest

from rtfm_mmaction.datasets.annotations import load_annotations
from tests.support.helpers import ROOT, SHARED, needs_shared


def run(tool, out, **options):
    main = runpy.run_path(str(ROOT / f'tools/data/{tool}.py'))['main']
    arguments = []
    for name, value in dict(**options, out=out).items():
        arguments.append(f'--{name.replace("_", "-")}')
        if value is not True:  # a flag
            arguments += map(
                str, value if isinstance(value, tuple) else (value,)
            )
    main(arguments)


def read(out):
    """Both files: metainfo checked, then subset -> videos."""
    subsets = {}
    for subset in ('train', 'test'):
        metainfo, subsets[subset] = load_annotations(out / f'{subset}.json')
        assert metainfo['subset'] == subset
    return metainfo, subsets


def write(folder, **files):
    for name, text in files.items():
        (folder / name).write_text(text)
    return {name: folder / name for name in files}


UCF = dict(
    train_list='Abuse/Abuse001_x264.mp4\nN/Normal_Videos001_x264.mp4\n',
    test_annotations='Arson011_x264.mp4  Arson  11  41  -1  -1  \n'
    'Normal_Videos_003_x264.mp4  Normal  -1  -1  -1  -1  \n',
    frame_counts='video,frames\nAbuse001_x264,100\nArson011_x264,40\n'
    'Normal_Videos001_x264,50\nNormal_Videos_003_x264,80',
)


def test_small_ucf_crime(tmp_path, capsys):
    """Oracle: by hand. 30 of 120 test frames are abnormal, 25%; the cut
    frame is told once, apart from the table."""
    run('ucf_crime', tmp_path / 'out', **write(tmp_path, **UCF))
    printed = capsys.readouterr()
    assert printed.out.split('\n')[1:] == [
        'subset  videos  abnormal  normal  frames  abnormal frames   share',
        'train        2         1       1     150                -       -',
        'test         2         1       1     120               30  25.00%',
        '',
    ]
    (note,) = printed.err.strip().split('\n')
    assert note.startswith('note: ') and "'Arson011_x264': cut" in note
    metainfo, subsets = read(tmp_path / 'out')
    assert metainfo['dataset'] == 'ucf-crime'
    assert len(metainfo['classes']) == 13
    assert subsets['test'][0]['abnormal_intervals'] == [[10, 40]]


def test_small_shanghaitech(tmp_path, capsys):
    """Without counts the normal videos' lengths are open, so is the sum."""
    files = write(tmp_path, train_list='01_002\r\n01_0014', test_list='01_001')
    np.save(tmp_path / '01_0014.npy', np.array([0, 1], np.uint8))
    run('shanghaitech', tmp_path / 'out', masks=tmp_path, **files)
    assert capsys.readouterr().out.split('\n')[2].split() == [
        'train',
        '2',
        '1',
        '1',
        '-',
        '-',
        '-',
    ]
    assert read(tmp_path / 'out')[1]['train'][1]['frames'] == 2


def test_small_xd_violence(tmp_path, capsys):
    """No lengths, but as many abnormal frames as annotated."""
    files = write(
        tmp_path,
        train_list='a__#1_label_A',
        test_list='b__#1_label_B1-0-0\nc__#1_label_A',
        test_annotations='b__#1_label_B1-0-0.mp4 5 9',
    )
    run('xd_violence', tmp_path / 'out', **files)
    assert capsys.readouterr().out.split('\n')[3].split() == [
        'test',
        '2',
        '1',
        '1',
        '-',
        '4',
        '-',
    ]
    assert read(tmp_path / 'out')[0]['classes'] == [
        'Fighting',
        'Shooting',
        'Riot',
        'Abuse',
        'CarAccident',
        'Explosion',
    ]


def test_small_ucsd_ped2_with_videos(tmp_path):
    """Frames are counted in the videos, 12 each."""
    files = write(
        tmp_path, annotations='Train001 train 0\nTest001 test 1 3 12'
    )
    for name in ('Train001', 'Test001'):
        writer = cv2.VideoWriter(
            str(tmp_path / f'{name}.avi'),
            cv2.VideoWriter_fourcc(*'MJPG'),
            10,
            (32, 32),
        )
        for _ in range(12):
            writer.write(np.zeros((32, 32, 3), np.uint8))
        writer.release()
    run('ucsd_ped2', tmp_path / 'out', videos=tmp_path, **files)
    assert read(tmp_path / 'out')[1]['test'] == [
        {
            'video': 'Test001',
            'label': 1,
            'class': 'Abnormal',
            'frames': 12,
            'abnormal_intervals': [[2, 12]],
        }
    ]


@pytest.mark.parametrize(
    'name, text, message',
    [
        ('train_list', 'Abuse/Abus001.mp4', 'train_list:1: expected a video'),
        (
            'test_annotations',
            'Arson011_x264.mp4 1',
            'test_annotations:1: expec',
        ),
        (
            'frame_counts',
            'video,length\n',
            'frame_counts:1: expected a header',
        ),
        (
            'frame_counts',
            'video,frames\na,1',
            'found no frame count of .*Abuse0',
        ),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(
    tmp_path, name, text, message
):
    """Oracle: SystemExit, no traceback, no folder."""
    files = write(tmp_path, **{**UCF, name: text})
    with pytest.raises(SystemExit, match=f'^ucf-crime: .*{message}'):
        run('ucf_crime', tmp_path / 'out', **files)
    assert not (tmp_path / 'out').exists()


def test_missing_file_and_options(tmp_path, capsys):
    """A file that is not there; two sources of frame counts at once."""
    files = write(tmp_path, **UCF)
    files['train_list'] = tmp_path / 'none.txt'
    with pytest.raises(SystemExit, match='none.txt: expected a text file'):
        run('ucf_crime', tmp_path / 'out', **files)
    with pytest.raises(SystemExit):
        run('ucf_crime', tmp_path / 'out', videos=tmp_path, **files)
    assert 'not allowed with argument' in capsys.readouterr().err


LISTS = SHARED / 'annotations'


@needs_shared('annotations')
@pytest.mark.parametrize(
    'tool, options, table',
    [
        (
            'ucf_crime',
            dict(
                train_list='ucf_crime/Anomaly_Train.txt',
                test_annotations='ucf_crime/Temporal_Anomaly_Annotation.txt',
                frame_counts='ucf_crime/frame_counts.csv',
            ),
            ['1610 810 800', '290 140 150 1111808'],
        ),
        (
            'shanghaitech',
            dict(
                train_list='shanghaitech/SH_Train.txt',
                test_list='shanghaitech/SH_Test.txt',
                masks='shanghaitech/test_frame_mask',
                frame_counts='shanghaitech/frame_counts.csv',
            ),
            ['238 63 175', '199 44 155 141869'],
        ),
        (
            'xd_violence',
            dict(
                train_list='xd_violence/train_videos.txt',
                test_list='xd_violence/test_videos.txt',
                test_annotations='xd_violence/annotations.txt',
            ),
            ['3954 1905 2049 - - -', '800 500 300 - 538324 -'],
        ),
    ],
)
def test_published_lists(tmp_path, capsys, tool, options, table):
    """Oracle: rtfm.md for the videos; the test videos' frames summed with awk
    over the published files, abnormal frames of XD-Violence likewise."""
    run(
        tool,
        tmp_path,
        **{name: LISTS / path for name, path in options.items()},
    )
    lines = capsys.readouterr().out.split('\n')[2:]
    for subset, line, expected in zip(('train', 'test'), lines, table):
        assert ' '.join(line.split()).startswith(f'{subset} {expected}')
    metainfo, subsets = read(tmp_path)
    assert metainfo['dataset'] == tool.replace('_', '-')
    assert len(subsets['test']) == int(table[1].split()[0])


@needs_shared('data/ucsd_ped2/videos')
def test_published_ped2(tmp_path, capsys):
    """Oracle: the README's split and lengths, 120 to 180 frames a video, and
    the annotation that says of Test008 that all is abnormal."""
    folder = SHARED / 'data/ucsd_ped2'
    run(
        'ucsd_ped2',
        tmp_path,
        annotations=folder / 'annotations.txt',
        videos=folder / 'videos',
    )
    captured = capsys.readouterr()
    assert 'test        18         6      12    3000              860' in (
        captured.out
    )
    assert 'note' not in captured.err
    _, subsets = read(tmp_path)
    frames = {
        video['video']: video['frames']
        for videos in subsets.values()
        for video in videos
    }
    assert len(frames) == 28 and set(frames.values()) <= {120, 150, 180}
    assert frames['Test008'] == 180
