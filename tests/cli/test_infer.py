"""tools/infer.py, by a detector of brightness."""

import csv
import json
import os
import resource
import runpy

import numpy as np
import pytest
import torch

from rtfm_mmaction.datasets.annotations import KEYS, save_annotations
from tests.support.brightness import (
    BRIGHT,
    DARK,
    make_place,
    options,
    write_video,
)
from tests.support.forking import run_script
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/infer.py'))['main']


@pytest.fixture(scope='module')
def place(module_path):
    """Configs and weights."""
    return make_place(module_path)


def arguments(place, out, *more):
    return [
        *map(str, more),
        *options(place),
        '--out',
        str(out),
    ]


def test_videos_become_a_table_of_events(place, tmp_path, capsys):
    """Oracle: what was written into the videos. Gaps of up to 2 s are closed,
    as tools/stream.py does."""
    write_video(
        tmp_path / 'v.mp4',
        (64, DARK),
        (32, BRIGHT),
        (32, DARK),
        (32, BRIGHT),
        (96, DARK),
        (16, BRIGHT),
    )
    write_video(tmp_path / 'calm.mp4', (64, DARK))
    main(
        arguments(
            place, tmp_path / 'out', tmp_path / 'v.mp4', tmp_path / 'calm.mp4'
        )
    )
    rows = list(csv.DictReader((tmp_path / 'out/events.csv').open()))
    assert [(row['video'], row['start'], row['end']) for row in rows] == [
        ('v', '2.560', '6.400'),
        ('v', '10.240', '10.880'),
    ]
    assert sorted(path.name for path in (tmp_path / 'out').iterdir()) == [
        'calm.json',
        'calm.png',
        'events.csv',
        'report.html',
        'v.json',
        'v.png',
    ]
    printed = capsys.readouterr().out
    assert '2.6 - 6.4 s' in printed and 'calm' in printed
    assert 'look at' in printed and 'report.html' in printed
    main(
        arguments(
            place,
            tmp_path / 'out',
            tmp_path / 'v.mp4',
            '--max-gap',
            '0',
            '--min-length',
            '1',
            '--formats',
            'csv',
        )
    )
    rows = list(csv.DictReader((tmp_path / 'out/events.csv').open()))
    assert [row['start'] for row in rows] == ['2.560', '5.120']


def test_a_threshold_is_learned_from_normal_videos(place, tmp_path, capsys):
    """Oracle: by hand. Normal frames of brightness 150 score s; nothing that
    scores s is an event any more, what is brighter is one."""
    write_video(tmp_path / 'normal.mp4', (64, 150))
    write_video(tmp_path / 'new.mp4', (64, 150), (32, BRIGHT), (32, 150))
    main(arguments(place, tmp_path / 'normal', tmp_path / 'normal.mp4'))
    normal = json.loads((tmp_path / 'normal/normal.json').read_text())
    assert len(normal['events']) == 1  # at the threshold of 0.5
    main(
        arguments(
            place,
            tmp_path / 'out',
            tmp_path / 'new.mp4',
            '--normal',
            tmp_path / 'normal',
            '--false-alarms-per-hour',
            '0',
            '--take-anyway',
            '--low',
            '.5',
        )
    )
    result = json.loads((tmp_path / 'out/new.json').read_text())
    assert max(normal['scores']) < result['threshold'] < 1
    (event,) = result['events']
    assert (event['start'], event['end']) == (2.56, 3.84)
    assert 'learned' in capsys.readouterr().out


def test_what_failed_is_said_at_the_end(place, tmp_path, capsys):
    """Property: the good one's files are there, the exit code is not 0."""
    write_video(tmp_path / 'good.mp4', (32, DARK))
    (tmp_path / 'bad.mp4').write_text('no video')
    with pytest.raises(
        SystemExit, match='1 of 2 inputs could not be scored, or'
    ):
        main(arguments(place, tmp_path / 'out', tmp_path))
    assert 'bad.mp4: expected a video' in capsys.readouterr().out
    assert (tmp_path / 'out/good.json').is_file()
    videos = told(tmp_path / 'out/report.html')
    assert [video['name'] for video in videos] == ['good', 'bad']
    assert 'bad.mp4: expected a video' in videos[1]['note']


def told(page):
    """What the report is told of each video."""
    text = page.read_text().split('id="data">')[1].split('</script>')[0]
    return json.loads(text)


def test_known_anomalies_stand_beside_the_scores(place, tmp_path):
    """Oracle: frames 50 to 75 at 25 frames/s are seconds 2 to 3; of a video
    that the annotations leave out nothing is known."""
    write_video(tmp_path / 'v.mp4', (64, DARK), (32, BRIGHT))
    write_video(tmp_path / 'w.mp4', (32, DARK))
    save_annotations(
        tmp_path / 'test.json',
        {},
        [dict(zip(KEYS, ('v', 1, 'Bright', 96, [[50, 75]])))],
    )
    main(
        arguments(
            place,
            tmp_path / 'out',
            tmp_path,
            '--annotations',
            tmp_path / 'test.json',
            '--report-videos',
            'copy',
        )
    )
    found = {
        path.stem: json.loads(path.read_text())['abnormal_intervals']
        for path in (tmp_path / 'out').glob('*.json')
    }
    assert found == {'v': [[50, 75]], 'w': None}
    videos = told(tmp_path / 'out/report.html')
    assert [(video['src'], video['known']) for video in videos] == [
        ('v_copy.webm', [[2, 3]]),
        ('w_copy.webm', []),
    ]
    assert (tmp_path / 'out/v_copy.webm').is_file()


@pytest.mark.parametrize('kind', ['json', 'plot', 'html', 'video', 'copy'])
def test_a_full_disk_leaves_nothing_half_written(place, tmp_path, kind):
    """Property: where files may not grow beyond 2 kB, as on a full disk,
    one sentence, and no file."""
    write_video(tmp_path / 'v.mp4', (64, DARK), (64, BRIGHT))
    code, said = run_script(
        ROOT / 'tools/infer.py',
        *arguments(place, tmp_path / 'out', tmp_path / 'v.mp4'),
        *(
            ['--formats', 'html', '--report-videos', 'copy']
            if kind == 'copy'
            else ['--formats', kind]
        ),
        cwd=ROOT,
        prepare=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (2000, 2000)
        ),
    )
    assert code == 1, said
    assert said.strip().splitlines()[-1].startswith('infer: ')
    assert 'too large' in said or 'is the disk full' in said
    assert list((tmp_path / 'out').iterdir()) == []


@pytest.mark.parametrize(
    'wrong, said',
    [
        (['nowhere.mp4'], 'nowhere.mp4: no such file'),
        (['v.mp4', '--low', '.9'], 'low threshold of at most the high one'),
        (['v.mp4', '--threshold', 'nan'], 'up to 1, as scores are, found nan'),
        (['v.mp4', '--threshold', '2'], 'up to 1, as scores are, found 2'),
        (['v.mp4', '--low', 'nan'], 'expected finite thresholds, found nan'),
        (
            ['v.mp4', '--checkpoint', 'list.pth'],
            'list.pth: expected weights by n',
        ),
        (
            ['v.mp4', '--normal', 'v.json'],
            'v.json: expected a video that is not',
        ),
        (
            ['v.mp4', '--out', 'odd.py'],
            'odd.py: expected a folder for results',
        ),
        (['v.mp4', '--fps', 'inf'], 'fps: expected more than 0'),
        (
            ['v.mp4', '--cfg-options', 'optim_wraper.x=1'],
            "'optim_wraper' is not",
        ),
        (
            ['v.mp4', '--config', 'odd.py'],
            'odd.py: expected a config with the ke',
        ),
        (
            ['v.mp4', '--config', 'torn.py'],
            'torn.py: expected a config, found wh',
        ),
        (
            ['v.mp4', '--config', 'kind.py'],
            "model.type: expected .* found 'Nothing'",
        ),
        (
            ['v.mp4', '--config', 'rtfm_i3d_uff'],
            'rtfm_i3d_uff: expected a config',
        ),
        (['v.mp4', '--checkpoint', 'none.pth'], 'none.pth'),
        (
            ['v.mp4', '--normal', 'none.json'],
            'none.json: expected JSON of rtfm infer, found none',
        ),
        (
            ['v.mp4', '--normal', 'odd.json'],
            'odd.json: expected JSON of rtfm infer',
        ),
        (['v.mp4', '--fps', '0'], 'fps: expected more than 0'),
        (['v.mp4', '--layout', 'none'], "layout: found 'none'"),
        pytest.param(
            ['v.mp4', '--device', 'cuda'],
            "expected 'cpu', as this mach",
            marks=pytest.mark.skipif(
                torch.cuda.is_available(), reason='there is a GPU'
            ),
        ),
    ],
)
def test_bad_arguments_are_one_error(
    place, tmp_path, monkeypatch, wrong, said
):
    """One sentence that names the culprit; nothing is written."""
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / 'v.mp4', (32, DARK))
    (tmp_path / 'odd.json').write_text('{"scores": 3}')
    (tmp_path / 'v.json').write_text(
        json.dumps(dict(video='v', scores=[0.5], seconds_per_snippet=0.64))
    )
    torch.save([1], tmp_path / 'list.pth')
    (tmp_path / 'odd.py').write_text('a = 1')
    (tmp_path / 'torn.py').write_text('a = (')
    (tmp_path / 'kind.py').write_text("model = dict(type='Nothing')")
    base = arguments(place, tmp_path / 'out')
    with pytest.raises(SystemExit, match=said) as failure:
        main(base + wrong)
    assert '\n' not in str(failure.value)
    assert not (tmp_path / 'out').exists()


def test_features_alone_need_no_extractor(place, tmp_path):
    """Property: a folder of feature files, one crop, scored as they are."""
    (tmp_path / 'f').mkdir()
    for name, value in (('x', -1.0), ('y', 1.0)):
        np.save(tmp_path / f'f/{name}.npy', np.full((5, 4), value, np.float32))
    main(
        [
            str(tmp_path / 'f'),
            '--config',
            str(place / 'config.py'),
            '--checkpoint',
            str(place / 'd.pth'),
            '--out',
            str(tmp_path / 'out'),
            '--fps',
            '16',
        ]
    )
    found = {
        path.stem: json.loads(path.read_text())
        for path in (tmp_path / 'out').glob('*.json')
    }
    assert found['x']['events'] == []
    assert [(e['start'], e['end']) for e in found['y']['events']] == [(0, 5)]


def test_results_do_not_take_the_place_of_inputs(place, tmp_path, capsys):
    """Property: where results would lie among the inputs it is refused and
    nothing changes; below the inputs' folder they are not scored themselves.
    """
    write_video(tmp_path / 'v.mp4', (32, DARK))
    mine = write_video(tmp_path / 'v_copy.webm.mp4', (32, DARK)).read_bytes()
    for source in (tmp_path, tmp_path / 'v.mp4'):
        with pytest.raises(SystemExit, match='inputs outside of the folder'):
            main(arguments(place, tmp_path, source))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        'v.mp4',
        'v_copy.webm.mp4',
    ]
    for _ in range(2):
        main(
            arguments(
                place,
                tmp_path / 'out',
                tmp_path,
                '--formats',
                'html',
                'video',
                '--report-videos',
                'copy',
            )
        )
        assert sorted(path.name for path in (tmp_path / 'out').iterdir()) == [
            'report.html',
            'v_annotated.mp4',
            'v_copy.webm',
            'v_copy.webm_annotated.mp4',
            'v_copy.webm_copy.webm',
        ]
    assert (tmp_path / 'v_copy.webm.mp4').read_bytes() == mine


def test_a_name_of_other_bytes_is_said(place, tmp_path):
    """Property: one sentence, where OpenCV ends the process; the good video is
    scored. Names that look like markup are printed as they are."""
    write_video(tmp_path / 'cam[red]1.mp4', (32, DARK))
    os.link(
        tmp_path / 'cam[red]1.mp4', os.fsencode(tmp_path) + b'/caf\xe9.mp4'
    )
    code, said = run_script(
        ROOT / 'tools/infer.py',
        *arguments(place, tmp_path / 'out', tmp_path),
        cwd=ROOT,
    )
    assert code == 1, said
    assert 'expected a file name in UTF-8' in said
    assert 'cam[red]1' in said
    assert [video['name'] for video in told(tmp_path / 'out/report.html')] == [
        'cam[red]1',
        'caf?',
    ]
