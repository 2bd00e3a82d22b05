"""classic_baselines.py, per_class.py, separability.py by their commands."""

import runpy

import cv2
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from rtfm_mmaction.evaluation.predictions import (
    read_predictions,
    write_predictions,
)
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config


def tool(name):
    return runpy.run_path(str(ROOT / 'tools/analysis' / f'{name}.py'))['main']


def looks_like_a_chart(path):
    picture = cv2.imread(str(path))
    return picture.shape[1] > 400 and picture.std() > 5


def video(name, kind, scores, magnitudes):
    label = int(kind != 'Normal')
    return {
        'video': name,
        'label': label,
        'class': kind,
        'frames': 16 * len(scores),
        'abnormal_intervals': [[16, 32]] if label else [],
        'scores': np.array(scores),
        'magnitudes': np.array(magnitudes),
    }


def dump(path, kinds=('Fire', 'Abuse', 'Normal', 'Normal'), seed=0, large=9.0):
    """Four snippets a video, of which the second is abnormal and large."""
    rng = np.random.default_rng(seed)
    videos = []
    for index, kind in enumerate(kinds):
        magnitudes = rng.random(4)
        magnitudes[1] += large * (kind != 'Normal')
        videos.append(video(f'v{index}', kind, rng.random(4), magnitudes))
    write_predictions(path, dict(snippet_len=16, dataset='small'), {}, videos)
    return str(path)


def test_classic_baselines(tmp_path, capsys):
    """Oracle: the printed AUC is that of the frames of the written file."""
    config = small_config(make_data(tmp_path / 'data'))
    config.dump(tmp_path / 'config.py')
    out = tmp_path / 'p.json'
    figures = tool('classic_baselines')(
        [
            str(tmp_path / 'config.py'),
            '--method',
            'linear-svm',
            '--out',
            str(out),
            '--cfg-options',
            'test_evaluator.per_class=False',
        ]
    )
    metainfo, metrics, videos = read_predictions(out)
    assert metainfo['method'] == 'linear-svm' and metainfo['seed'] == 0
    truth = np.concatenate(
        [
            np.isin(np.arange(len(v['scores'])), (2, 3)) * v['label']
            for v in videos
        ]
    )
    auc = roc_auc_score(truth, np.concatenate([v['scores'] for v in videos]))
    assert metrics['anomaly/AUC'] == pytest.approx(auc)
    assert figures['anomaly/AUC'] == pytest.approx(auc)
    assert f'{auc:.4f}' in capsys.readouterr().out
    with pytest.raises(SystemExit, match='classic_baselines: .*none.py'):
        tool('classic_baselines')(['none.py', '--method', 'linear-svm'])


def test_per_class(tmp_path, capsys):
    """Oracle: scikit-learn on the class's video and the two normal ones, and
    on the class's video alone with --alone; a chart for both files."""
    paths = [dump(tmp_path / f'{n}.json', seed=n) for n in range(2)]
    for extra, others in (([], [2, 3]), (['--alone'], [])):
        out = tmp_path / f'chart{len(extra)}.png'
        tool('per_class')(
            [*paths, '--names', 'one', 'two', '--out', str(out), *extra]
        )
        printed = capsys.readouterr().out
        assert 'one' in printed and 'two' in printed
        for path in paths:
            videos = read_predictions(path)[2]
            for index, kind in enumerate(('Fire', 'Abuse')):
                chosen = [videos[i] for i in [index, *others]]
                truth = [
                    int(v['label'] and i == 1)
                    for v in chosen
                    for i in range(4)
                ]
                auc = roc_auc_score(
                    truth, np.concatenate([v['scores'] for v in chosen])
                )
                (line,) = (row for row in printed.splitlines() if kind in row)
                assert f'{auc:.4f}' in line
        assert looks_like_a_chart(out)


def test_per_class_refuses_what_cannot_be_compared(tmp_path):
    """One sentence: other videos, no abnormal video, names that lack."""
    first = dump(tmp_path / 'a.json')
    out = ['--out', str(tmp_path / 'c.png')]
    other = dump(tmp_path / 'b.json', kinds=('Fire', 'Riot', 'Normal'))
    with pytest.raises(SystemExit, match='b.json: found other videos.*v1'):
        tool('per_class')([first, other, *out])
    normal = dump(tmp_path / 'n.json', kinds=('Normal',))
    with pytest.raises(SystemExit, match='n.json: found no abnormal video'):
        tool('per_class')([normal, *out])
    with pytest.raises(SystemExit):
        tool('per_class')([first, '--names', 'x', 'y', *out])
    assert not (tmp_path / 'c.png').exists()


def test_separability(tmp_path, capsys):
    """Oracle: how the magnitudes were made; theory alone without a file."""
    kinds = ['Fire'] * 6 + ['Normal'] * 6
    out = tmp_path / 'chart.png'
    for large, words in ((9.0, 'holds on these videos'), (0.0, 'cannot be')):
        path = dump(tmp_path / 'p.json', kinds, large=large)
        tool('separability')([path, '--out', str(out)])
        printed = capsys.readouterr().out
        assert words in printed
        assert 'the 6 abnormal and 6 normal videos' in printed
    wide = cv2.imread(str(out)).shape[1]
    tool('separability')(['--mu', '2', '--length', '8', '--out', str(out)])
    assert looks_like_a_chart(out)
    assert cv2.imread(str(out)).shape[1] < wide


@pytest.mark.parametrize(
    'arguments, message',
    [
        (['--mu', '40'], 'mu: found 40, expected 1 to 32'),
        (['none.json'], 'none.json: expected predictions .* found none'),
    ],
)
def test_separability_tells_bad_arguments(tmp_path, arguments, message):
    """One sentence, and no picture."""
    out = tmp_path / 'c.png'
    with pytest.raises(SystemExit, match=message):
        tool('separability')([*arguments, '--out', str(out)])
    assert not out.exists()


def test_separability_names_the_file_without_abnormal_snippets(tmp_path):
    """One sentence with the file and what it lacks."""
    path = dump(tmp_path / 'n.json', ('Normal', 'Normal'))
    with pytest.raises(SystemExit, match='n.json: found 0 abnormal snippets'):
        tool('separability')([path, '--out', str(tmp_path / 'c.png')])


def test_separability_needs_magnitudes(tmp_path):
    """One sentence with the file of a head that gives scores alone."""
    plain = video('v0', 'Fire', [0.5], [1.0])
    del plain['magnitudes']
    write_predictions(tmp_path / 'p.json', dict(snippet_len=16), {}, [plain])
    said = 'p.json: v0: expected magnitudes, found none; .* scores alone'
    with pytest.raises(SystemExit, match=said):
        tool('separability')(
            [str(tmp_path / 'p.json'), '--out', str(tmp_path / 'c.png')]
        )
