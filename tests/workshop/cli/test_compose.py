"""tools/data/compose.py from the command line on.

Clips are of one colour: blue says which clip, red which of its frames.
"""

import json
import runpy
import shutil

import cv2
import decord
import numpy as np
import pytest

from rtfm_mmaction.datasets.annotations import load_annotations
from rtfm_mmaction.io.video import Video
from rtfm_mmaction.workshop.composing import composed_set
from rtfm_mmaction.workshop.composing.clips import read_scenes
from tests.support.helpers import ROOT, SHARED, needs_shared

main = runpy.run_path(str(ROOT / 'tools/data/compose.py'))['main']
SCENES = 'tools/data/surveillance_fights_scenes.csv'
SIZE = (64, 48)
# Name -> number, frames, frames a second, size.
CLIPS = {
    'fight/one': (0, 30, 25, (64, 48)),
    'robbery/two': (1, 24, 25, (96, 48)),
    'quiet/three': (2, 26, 25, (64, 80)),
    'quiet/four': (3, 16, 12.5, (32, 32)),
    'quiet/five': (4, 32, 50, (128, 96)),
    'quiet/six': (5, 30, 25, (64, 48)),
    'quiet/seven': (6, 30, 25, (64, 48)),
    'quiet/eight': (7, 30, 25, (64, 48)),
}
ABNORMAL = {0: 'Fighting', 1: 'Robbery'}


def blue(number):
    return 20 + 28 * number


def red(frame):
    return 20 + 7 * frame


def write_clip(path, number, frames, fps, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), fps, size
    )
    for frame in range(frames):
        writer.write(
            np.full(
                (*size[::-1], 3), (blue(number), 128, red(frame)), np.uint8
            )
        )
    writer.release()


@pytest.fixture(scope='module')
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp('clips')
    for name, content in CLIPS.items():
        write_clip(folder / f'{name}.mp4', *content)
    return folder


def arguments(sources, out, *more, **changes):
    settings = dict(
        abnormal=(f'Fighting={sources}/fight', f'Robbery={sources}/robbery'),
        normal=(f'{sources}/quiet',),
        train=(1,),
        test=(1,),
        seconds=(7, 9),
        events=(1, 2),
        share=(0.4, 0.45),
        fps=(25,),
        size=SIZE,
        seed=(3,),
        licence=('public domain, made here',),
        out=(out,),
    )
    settings.update(changes)
    found = [
        str(text)
        for key, values in settings.items()
        for text in (f'--{key}', *values)
    ]
    return found + list(more)


@pytest.fixture(scope='module')
def made(sources, tmp_path_factory):
    out = tmp_path_factory.mktemp('first') / 'composed'
    main(arguments(sources, out))
    return out


def read_set(out):
    return {
        video['video']: dict(video, subset=subset)
        for subset in ('train', 'test')
        for video in load_annotations(out / f'annotations/{subset}.json')[1]
    }


def colours(path):
    """Clip and frame that each frame of a composed video shows."""
    frames = decord.VideoReader(str(path))[:].asnumpy().astype(float)
    assert frames.shape[1:] == (*SIZE[::-1], 3)
    # No bars: each frame is of one colour, but for what coding does.
    assert np.ptp(frames, axis=(1, 2)).max() <= 12
    level = frames.mean((1, 2))
    numbers = np.rint((level[:, 2] - 20) / 28).astype(int)
    assert np.abs(level[:, 2] - blue(numbers)).max() < 9
    # Coding to YUV and back takes off two or three levels, here done twice.
    return numbers, np.rint((level[:, 0] + 5 - red(0)) / 7).astype(int)


def test_videos_show_what_annotations_say(made):
    """Oracle: the colours of all frames, told without the plan. As many as
    annotated, abnormal ones where the intervals say and nowhere else, in the
    class of the clip; no clip in two videos."""
    videos = read_set(made)
    plans = {
        video['video']: video
        for video in json.loads((made / 'plan.json').read_text())['videos']
    }
    assert len(videos) == 4
    owners = {}
    for name, video in videos.items():
        numbers, _ = colours(made / f'videos/{name}.mp4')
        assert (
            video['frames']
            == len(numbers)
            == Video(made / f'videos/{name}.mp4').count()
        )
        seen = np.isin(numbers, list(ABNORMAL))
        edges = np.flatnonzero(np.diff(np.r_[0, seen, 0]))
        spans = edges.reshape(-1, 2).tolist()
        assert plans[name]['abnormal_intervals'] == spans
        assert video['label'] == bool(spans)
        weak = video['subset'] == 'train' and spans
        assert video['abnormal_intervals'] == (None if weak else spans)
        if spans:
            assert video['class'] == ABNORMAL[int(numbers[spans[0][0]])]
        for number in set(numbers.tolist()):
            assert owners.setdefault(number, name) == name
    assert sorted(owners) == list(range(8))


def test_plan_says_which_frames_are_shown(made):
    """Oracle: red, the frame's number in its clip. All shown are in the
    plan's range of the file; at 25 frames a second neighbours are one frame
    of a 25 Hz clip apart, two of a 50 Hz clip, and those of a 12.5 Hz clip
    none or one; a shot of a 25 Hz clip turns as often as the plan says."""
    names = {name.split('/')[1]: name for name in CLIPS}
    plans = json.loads((made / 'plan.json').read_text())['videos']
    for plan in plans:
        numbers, frames = colours(made / f'videos/{plan["video"]}.mp4')
        for shot in plan['shots']:
            number, _, rate, _ = CLIPS[names[shot['clip']]]
            start, end = shot['interval']
            assert (numbers[start:end] == number).all()
            shown = frames[start:end]
            first, behind = shot['clip_frames']
            assert first <= shown.min() and shown.max() < behind
            steps = np.diff(shown)
            sizes = {25: {1}, 50: {2}, 12.5: {0, 1}}[rate]
            assert set(np.abs(steps).tolist()) == sizes
            if rate == 25:
                assert (np.diff(steps) != 0).sum() == shot['turns']


def test_both_videos_of_a_pair_have_the_same_cuts(made):
    """Oracle: changes of blue, frame by frame, and the lengths."""
    plans = json.loads((made / 'plan.json').read_text())['videos']
    cuts = {}
    for plan in plans:
        numbers, _ = colours(made / f'videos/{plan["video"]}.mp4')
        cuts.setdefault((plan['subset'], plan['pair']), []).append(
            [len(numbers), *np.flatnonzero(np.diff(numbers)).tolist()]
        )
    assert len(cuts) == 2
    assert all(one == other and len(one) > 1 for one, other in cuts.values())


def test_same_command_same_bytes(made, sources, tmp_path):
    """Oracle: the files of another folder of that name, but for the command
    in the card; another seed gives other annotations."""
    main(arguments(sources, tmp_path / 'composed'))
    main(arguments(sources, tmp_path / 'other', seed=(4,)))
    found = {}
    for out in (made, tmp_path / 'composed', tmp_path / 'other'):
        found[out] = {
            str(path.relative_to(out)): path.read_bytes().replace(
                str(out).encode(), b'OUT'
            )
            for path in out.rglob('*')
            if path.is_file()
        }
    first, again, other = found.values()
    assert len(first) == 4 + 2 + 2
    assert first == again
    assert first['plan.json'] != other['plan.json']


def test_card_says_what_was_done(made):
    """Oracle: the options and counts of the set."""
    card = (made / 'README.md').read_text(encoding='utf-8')
    for text in (
        '# composed\n',
        'public domain, made here',
        '--seed 3',
        'Seed 3. 8 of 8 clips',
        '| Fighting | 1 | 1 |',
        '| Normal | 6 | 6 |',
        'allow 2 pairs at most',
        'Scenes were not given',
        '64x48 pixels, 25 frames a second',
    ):
        assert text in card
    for video in read_set(made).values():
        assert f'| {video["frames"]} | {video["frames"] // 16} /' in card


def test_scenes_reach_the_plan(sources, tmp_path):
    """Oracle: the table. One half of the clips in each of two scenes."""
    table = tmp_path / 'scenes.csv'
    half = {'one': 'a', 'three': 'a', 'four': 'a', 'five': 'a'}
    table.write_text(
        'clip,scene\n'
        + ''.join(
            f'{name.split("/")[1]},{half.get(name.split("/")[1], "b")}\n'
            for name in CLIPS
        )
    )
    main(arguments(sources, tmp_path / 'out', scenes=(table,)))
    subsets = {}
    for plan in json.loads((tmp_path / 'out/plan.json').read_text())['videos']:
        for shot in plan['shots']:
            assert shot['scene'] == half.get(shot['clip'], 'b')
            subsets.setdefault(shot['scene'], set()).add(plan['subset'])
    assert sorted(map(len, subsets.values())) == [1, 1]
    table.write_text('clip,scene\none,a\n')
    with pytest.raises(SystemExit, match="scenes.csv: .*none for 'two'"):
        main(arguments(sources, tmp_path / 'new', scenes=(table,)))


def test_a_set_is_replaced_on_demand_alone(made, sources, tmp_path):
    """Oracle: the folder. Refused without the flag; with it, whatever is
    there goes; a folder that is no composed set is left alone."""
    out = tmp_path / 'set'
    shutil.copytree(made, out)
    (out / 'features').mkdir()
    with pytest.raises(SystemExit, match='found a composed set; --overwrite'):
        main(arguments(sources, out))
    assert (out / 'features').exists()
    main(arguments(sources, out, '--overwrite', seed=(4,)))
    assert sorted(path.name for path in out.iterdir()) == [
        'README.md',
        'annotations',
        'plan.json',
        'videos',
    ]
    assert (out / 'plan.json').read_text() != (made / 'plan.json').read_text()
    (out / 'plan.json').unlink()
    with pytest.raises(SystemExit, match='without plan.json'):
        main(arguments(sources, out, '--overwrite'))
    assert [path.name for path in tmp_path.iterdir()] == ['set']


def test_interrupted_nothing_is_left(made, sources, tmp_path, monkeypatch):
    """Oracle: the folder. A crash at the second video leaves neither half a
    set nor a temporary folder, and an older set as it was."""
    write, calls = composed_set.write_video, []

    def crash(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(*args)

    monkeypatch.setattr(composed_set, 'write_video', crash)
    with pytest.raises(SystemExit, match='compose: interrupted'):
        main(arguments(sources, tmp_path / 'new'))
    assert list(tmp_path.iterdir()) == []
    shutil.copytree(made, tmp_path / 'old')
    calls.clear()
    with pytest.raises(SystemExit, match='compose: interrupted'):
        main(arguments(sources, tmp_path / 'old', '--overwrite'))
    assert [path.name for path in tmp_path.iterdir()] == ['old']
    assert (tmp_path / 'old/plan.json').read_bytes() == (
        made / 'plan.json'
    ).read_bytes()
    assert len(list((tmp_path / 'old/videos').iterdir())) == 4


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(normal=('{0}/none',)), 'none: .*folder of Normal clips'),
        (dict(normal=('{0}/empty',)), 'empty: expected Normal clips .*none'),
        (dict(normal=('{0}/broken',)), 'bad.mp4: expected a video'),
        (
            dict(normal=('{0}/short',)),
            'brief.mp4: .*16 frames at 25 a second, '
            'one snippet, found 15 at 25',
        ),
        (
            dict(normal=('{0}/quiet', '{0}/double')),
            'three.mp4: expected a name that no other clip has, found .*quiet',
        ),
        (dict(normal=('{0}/quiet', '{0}/quiet')), 'no other clip has'),
        (dict(abnormal=('{0}/fight',)), 'expected CLASS=DIR'),
        (dict(abnormal=('Normal={0}/fight',)), "the class not 'Normal'"),
        (dict(train=(2,)), 'for 3 pairs of videos, found enough for 2'),
        (dict(fps=(0,)), 'fps: found 0.0'),
        (dict(size=(63, 48)), 'size: found 63x48, expected two even'),
        (
            dict(scenes=('{0}/none.csv',)),
            'none.csv: expected a table of scenes',
        ),
        (dict(scenes=('{0}/wrong.csv',)), 'wrong.csv:1: expected the columns'),
        (dict(scenes=('{0}/twice.csv',)), "twice.csv:3: found 'one' twice"),
        (dict(scenes=('{0}/gap.csv',)), 'gap.csv:2: expected a clip and its'),
    ],
)
def test_bad_calls_are_told(sources, tmp_path, changes, message):
    """Oracle: one sentence that names file or option, no traceback, and no
    folder made."""
    for name in ('fight', 'robbery', 'quiet'):
        (tmp_path / name).symlink_to(sources / name)
    for name in ('empty', 'broken'):
        (tmp_path / name).mkdir()
    (tmp_path / 'broken/bad.mp4').write_text('no video')
    write_clip(tmp_path / 'short/brief.mp4', 0, 15, 25, SIZE)
    (tmp_path / 'double').mkdir()
    (tmp_path / 'double/three.mp4').symlink_to(sources / 'quiet/three.mp4')
    for name, text in dict(
        wrong='name,scene\n',
        twice='clip,scene\none,a\none,a\n',
        gap='clip,scene\none,\n',
    ).items():
        (tmp_path / f'{name}.csv').write_text(text)
    changes = {
        key: [str(value).format(tmp_path) for value in values]
        for key, values in changes.items()
    }
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SystemExit, match=message):
        main(arguments(tmp_path, tmp_path / 'out', **changes))
    assert sorted(tmp_path.iterdir()) == before


@needs_shared('data/surveillance_fights')
def test_table_of_scenes_names_all_real_clips():
    """Oracle: the folders' own names."""
    names = {
        path.stem
        for path in (SHARED / 'data/surveillance_fights').rglob('*.mp4')
    }
    assert set(read_scenes(ROOT / SCENES)) == names
