"""tools/data/random_splits.py: other training and test videos."""

import runpy

import pytest

from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from rtfm_mmaction.workshop.random_splits import draw_split
from tests.support.helpers import ROOT, SHARED, needs_shared

main = runpy.run_path(str(ROOT / 'tools/data/random_splits.py'))['main']


def videos(abnormal=6, normal=5):
    return [
        {
            'video': f'v{index:02}',
            'label': int(index < abnormal),
            'class': 'Fire' if index < abnormal else 'Normal',
            'frames': 64,
            'abnormal_intervals': [[16, 32]] if index < abnormal else [],
        }
        for index in range(abnormal + normal)
    ]


def names(part):
    return [video['video'] for video in part]


def test_parts_are_whole_disjoint_and_weakly_labelled():
    """Oracle: sets of names, counts, and the intervals of each part."""
    train, test = draw_split(videos(), 4, 2, seed=1)
    assert [sum(v['label'] for v in part) for part in (train, test)] == [4, 2]
    assert (len(train), len(test)) == (6, 5)
    assert sorted(names(train) + names(test)) == names(videos())
    assert {str(v['abnormal_intervals']) for v in train if v['label']} == {
        'None'
    }
    assert all(
        v['abnormal_intervals'] == [[16, 32]] for v in test if v['label']
    )


def test_a_split_depends_on_its_seed_and_not_on_the_order():
    """Oracle: reversed videos draw the same; ten seeds do not."""
    first = draw_split(videos(), 3, 3, seed=5)
    assert draw_split(videos()[::-1], 3, 3, seed=5) == first
    drawn = {tuple(names(draw_split(videos(), 3, 3, s)[0])) for s in range(9)}
    assert len(drawn) > 5


def test_every_video_is_drawn_as_often_as_another():
    """Oracle: 3 of 6 abnormal videos: each in half of 400 draws, give or take
    five standard deviations."""
    count = dict.fromkeys(names(videos()[:6]), 0)
    for seed in range(400):
        for name in names(draw_split(videos(), 3, 1, seed)[0]):
            if name in count:
                count[name] += 1
    assert all(abs(n - 200) < 5 * 10 for n in count.values())


def test_the_tool_writes_what_configs_read(tmp_path, capsys):
    """Oracle: the annotation reader; the same command writes the same."""
    save_annotations(tmp_path / 'a.json', dict(dataset='mine'), videos()[:4])
    save_annotations(tmp_path / 'b.json', dict(dataset='mine'), videos()[4:])
    command = [
        str(tmp_path / 'a.json'),
        str(tmp_path / 'b.json'),
        '--abnormal',
        '2',
        '--normal',
        '3',
        '--count',
        '2',
        '--out',
    ]
    for out in ('x', 'y'):
        main([*command, str(tmp_path / out)])
    for seed in ('0', '1'):
        metainfo, train = load_annotations(
            tmp_path / 'x' / seed / 'train.json'
        )
        _, test = load_annotations(tmp_path / 'x' / seed / 'test.json')
        assert metainfo == dict(dataset='mine', subset='train')
        assert (len(train), len(test)) == (5, 6)
        for name in ('train.json', 'test.json'):
            assert (tmp_path / 'x' / seed / name).read_bytes() == (
                tmp_path / 'y' / seed / name
            ).read_bytes()
    with pytest.raises(SystemExit, match="'v00': found in two files"):
        main([command[0], command[0], *command[2:], str(tmp_path / 'z')])
    with pytest.raises(SystemExit, match='normal .*found 5, expected 1 to 4'):
        main([*command[:5], '5', *command[6:], str(tmp_path / 'z')])
    assert not (tmp_path / 'z').exists()


def test_unknown_intervals_are_told():
    """Oracle: one error with the video's name."""
    unknown = [
        dict(v, abnormal_intervals=None) if v['label'] else v for v in videos()
    ]
    with pytest.raises(ValueError, match='video .v0.*found null'):
        draw_split(unknown, 2, 2, seed=0)


@needs_shared('data/ucsd_ped2')
def test_ped2_splits_as_the_field_does(tmp_path, capsys):
    """Oracle: 12 abnormal and 16 normal videos; 6 + 4 leave 6 + 12."""
    convert = runpy.run_path(str(ROOT / 'tools/data/ucsd_ped2.py'))['main']
    source = ['--annotations', str(SHARED / 'data/ucsd_ped2/annotations.txt')]
    convert([*source, '--out', str(tmp_path / 'weak')])
    convert([*source, '--keep-intervals', '--out', str(tmp_path / 'known')])
    files = [
        str(tmp_path / 'known' / f'{part}.json') for part in ('train', 'test')
    ]
    counts = ['--abnormal', '6', '--normal', '4', '--out', str(tmp_path)]
    main([*files, *counts])
    _, test = load_annotations(tmp_path / '9/test.json')
    assert (len(test), sum(v['label'] for v in test)) == (18, 6)
    with pytest.raises(SystemExit, match='found null'):
        main([str(tmp_path / 'weak/train.json'), files[1], *counts])
