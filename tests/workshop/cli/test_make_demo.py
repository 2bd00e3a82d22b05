"""tools/data/make_demo.py from the command line on."""

import json
import runpy

import decord
import numpy as np
import pytest

from rtfm_mmaction.datasets.annotations import load_annotations
from rtfm_mmaction.workshop.synthetic import demo, plan_subset, render
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/data/make_demo.py'))['main']


def arguments(out, **changes):
    settings = dict(out=out, seed=3, train=2, test=3, difficulty='medium')
    settings.update(changes)
    return [
        text
        for key, value in settings.items()
        for text in (f'--{key}', str(value))
    ]


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp('demo') / 'data'
    main(arguments(out))
    return out


def test_annotations_are_in_the_projects_format(made):
    """Oracle: the project's own reader, which checks them, and the plans."""
    for subset, count in (('train', 2), ('test', 3)):
        metainfo, videos = load_annotations(
            str(made / 'annotations' / f'{subset}.json')
        )
        assert metainfo['subset'] == subset and len(videos) == count
        plans = plan_subset(subset, count, 3, 'medium')
        for video in videos:
            plan = plans[video['video']]
            spans = [list(span) for span in plan.intervals()]
            assert video['label'] == plan.label
            assert video['class'] == plan.class_name
            if subset == 'train' and plan.label:
                spans = None
            assert video['abnormal_intervals'] == spans
        assert {video['label'] for video in videos} == {0, 1}


def test_sides_are_folders_of_cameras(made):
    """Oracle: the plans: the two of a pair are of one scene; hard links."""
    for subset, count in (('train', 2), ('test', 3)):
        plans = plan_subset(subset, count, 3, 'medium')
        metainfo, _ = load_annotations(
            str(made / 'annotations' / f'{subset}.json')
        )
        for index, (name, plan) in enumerate(plans.items()):
            side = ('normal', 'abnormal')[plan.label]
            scene = f'scene_00{index // 2}'
            link = made / subset / side / scene / f'{name}.mp4'
            assert link.samefile(made / 'videos' / f'{name}.mp4')
            assert metainfo['groups'][name] == scene


def test_decord_reads_every_frame(made):
    """Oracle: the plan. 25 frames a second of 320x240, as many as annotated;
    decoded frames are near what was drawn (coding loses a little), far from
    what another moment shows."""
    plans = plan_subset('test', 3, 3, 'medium')
    for name, plan in plans.items():
        reader = decord.VideoReader(str(made / 'videos' / f'{name}.mp4'))
        assert len(reader) == plan.frames
        assert reader.get_avg_fps() == pytest.approx(25)
        picks = [0, plan.frames // 2, plan.frames - 1]
        found = reader.get_batch(picks).asnumpy()[..., ::-1].astype(float)
        assert found.shape == (3, 240, 320, 3)
        drawn = np.stack(list(render(plan, picks))).astype(float)
        assert np.abs(found - drawn).mean() < 6


def test_second_call_keeps_what_is_there(made, capsys):
    """Oracle: times of change. Nothing is touched; a video that was taken
    away is made again, equal in length, and it alone."""

    def times():
        return {
            path: path.stat().st_mtime_ns
            for path in made.rglob('*')
            if path.is_file()
        }

    before = times()
    assert len(before) == 5 + 5 + 2 + 1
    main(arguments(made))
    assert times() == before
    assert '0 videos made, 5 were there' in capsys.readouterr().out
    gone = made / 'videos' / 'plaza_test_001.mp4'
    frames = len(decord.VideoReader(str(gone)))
    gone.unlink()
    main(arguments(made))
    assert '1 videos made, 4 were there' in capsys.readouterr().out
    after = times()
    assert [path for path in after if after[path] != before[path]] == [gone]
    assert len(decord.VideoReader(str(gone))) == frames


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(seed=4), "expected .*'seed': 4.*other settings"),
        (dict(difficulty='hard'), 'other settings'),
        (dict(test=1), 'test videos: found 1, expected at least 2'),
    ],
)
def test_bad_calls_are_told(made, changes, message):
    """Oracle: one sentence, no traceback, and the folder as before."""
    before = sorted(made.rglob('*'))
    with pytest.raises(SystemExit, match=message):
        main(arguments(made, **changes))
    assert sorted(made.rglob('*')) == before


def test_bad_settings_file_is_told(tmp_path):
    """Oracle: the message names the file."""
    (tmp_path / 'settings.json').write_text('{')
    with pytest.raises(SystemExit, match='settings.json: found no JSON'):
        main(arguments(tmp_path))


def test_interrupted_video_leaves_no_file(tmp_path, monkeypatch):
    """Oracle: the folder. A crash in the middle of a video leaves neither
    half a video nor annotations; the next call goes on."""

    def crash(plan):
        for index, frame in enumerate(render(plan)):
            if index == 20:
                raise KeyboardInterrupt
            yield frame

    monkeypatch.setattr(demo, 'render', crash)
    with pytest.raises(SystemExit, match='make_demo: interrupted'):
        main(arguments(tmp_path, train=2, test=2))
    assert [path.name for path in tmp_path.rglob('*') if path.is_file()] == [
        'settings.json'
    ]
    settings = json.loads((tmp_path / 'settings.json').read_text())
    assert settings['train'] == 2
