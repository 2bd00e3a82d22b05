"""tools/analysis/plot_scores.py from the command line on."""

import json
import runpy

import cv2
import numpy as np
import pytest

from rtfm_mmaction.evaluation.predictions import write_predictions
from rtfm_mmaction.visualization.plot_run import (
    choose_videos,
    plot_run,
    safe_name,
)
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/analysis/plot_scores.py'))['main']

NAMES = (
    'Abuse/028',
    'Abuse_028',
    'Film__#00-08-10_label_B2-0-0',
    'overview',
    '..',
    'Ünïcode é',
)


def make_videos(names=NAMES, snippets=3):
    """Videos by name, abnormal ones first."""
    half = len(names) // 2
    return [
        {
            'video': name,
            'label': int(index < half),
            'class': 'Abuse' if index < half else 'Normal',
            'frames': 16 * snippets + 5,
            'abnormal_intervals': [[4, 12]] if index < half else [],
            'scores': np.linspace(0.1, 0.9, snippets),
            'magnitudes': np.linspace(1, 30, snippets),
        }
        for index, name in enumerate(names)
    ]


def dump(folder, videos):
    path = folder / 'predictions.json'
    write_predictions(path, dict(snippet_len=16), {}, videos)
    return path


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_draws_all_with_safe_names(tmp_path, capsys):
    """Oracle: the list of files: one per video, whatever its name, none
    twice, the overview and the curves; each is a picture with content."""
    out = tmp_path / 'pictures'
    main([str(dump(tmp_path, make_videos())), '--out', str(out)])
    assert files(out) == sorted(
        [
            'Abuse_028.png',
            'Abuse_028-2.png',
            'overview-2.png',
            'overview.png',
            'Film___00-08-10_label_B2-0-0.png',
            'video...png',
            'Ünïcode_é.png',
            'roc_pr.png',
        ]
    )
    assert files(tmp_path) == ['pictures', 'predictions.json']
    for path in out.iterdir():
        picture = cv2.imdecode(
            np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR
        )
        assert picture.shape[1] > 400 and picture.std() > 5
    assert '8 pictures' in capsys.readouterr().out


def test_chosen_videos_in_another_format(tmp_path):
    """Oracle: the list of files."""
    out = tmp_path / 'pictures'
    main(
        [
            str(dump(tmp_path, make_videos())),
            '--out',
            str(out),
            '--videos',
            'overview',
            '..',
            '--format',
            'svg',
        ]
    )
    assert files(out) == [
        'overview-2.svg',
        'overview.svg',
        'roc_pr.svg',
        'video...svg',
    ]
    assert '<svg' in (out / 'overview.svg').read_text()


def test_limit_takes_both_kinds_in_turns(tmp_path):
    """Oracle: by hand. Of A1 A2 A3 N1 N2 N3 the first three in turns are A1
    N1 A2; where one kind ends the other goes on."""
    names = ['A1', 'A2', 'A3', 'N1', 'N2', 'N3']
    videos = make_videos(names)

    def chosen(videos, limit):
        return [v['video'] for v in choose_videos(videos, None, limit)]

    assert chosen(videos, 3) == ['A1', 'N1', 'A2']
    assert chosen(videos[:4], 9) == ['A1', 'N1', 'A2', 'A3']
    out = tmp_path / 'pictures'
    plot_run(dump(tmp_path, videos), out, limit=2)
    assert files(out) == ['A1.png', 'N1.png', 'overview.png', 'roc_pr.png']


def test_normal_videos_alone_are_drawn_without_curves(tmp_path, capsys):
    """Oracle: the message and the files; T = 1 draws."""
    videos = make_videos(['n'], snippets=1)
    out = tmp_path / 'pictures'
    main([str(dump(tmp_path, videos)), '--out', str(out)])
    assert files(out) == ['n.png', 'overview.png']
    assert 'no frame is abnormal' in capsys.readouterr().out


@pytest.mark.parametrize(
    'arguments, message',
    [
        (
            ['--videos', 'Nobody', 'Abuse/028'],
            'found Nobody, expected names of',
        ),
        (['--limit', '0'], 'limit: found 0, expected at least 1'),
    ],
)
def test_bad_arguments_are_told(tmp_path, arguments, message):
    """Oracle: one sentence, no traceback, nothing drawn."""
    path = dump(tmp_path, make_videos())
    with pytest.raises(SystemExit, match=message):
        main([str(path), '--out', str(tmp_path / 'out'), *arguments])
    assert not (tmp_path / 'out').exists()


def test_bad_files_are_told(tmp_path):
    """Oracle: one sentence that names the file."""
    path = tmp_path / 'bad.json'
    with pytest.raises(
        SystemExit, match='bad.json: expected predictions .*none'
    ):
        main([str(path), '--out', str(tmp_path)])
    unfit = make_videos(['short'])
    unfit[0]['frames'] = 400
    with pytest.raises(SystemExit, match="'short': found T = 3 snippets"):
        main([str(dump(tmp_path, unfit)), '--out', str(tmp_path / 'out')])
    assert not (tmp_path / 'out').exists()
    path.write_text('{}')
    with pytest.raises(SystemExit, match='bad.json: found .*metainfo'):
        main([str(path), '--out', str(tmp_path)])
    path.write_text(
        json.dumps(dict(metainfo=dict(snippet_len=16), metrics={}, videos=[]))
    )
    with pytest.raises(SystemExit, match='bad.json: found no videos'):
        main([str(path), '--out', str(tmp_path)])


def test_safe_names_are_short_and_apart():
    """Oracle: properties of file names, letter case ignored as some file
    systems do."""
    taken = set()
    names = ['A' * 300, 'a' * 300, 'x/y', 'x#y', 'X_Y', '', '.', '...', '\n']
    made = [safe_name(name, taken) for name in names]
    assert len({name.lower() for name in made}) == len(names)
    for name in made:
        assert 0 < len(name) <= 130 and name.strip('.')
        assert not set(name) & set('/\\#\n:*?"<>| ')
