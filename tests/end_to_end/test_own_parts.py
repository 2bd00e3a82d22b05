"""A head of one layer and a neck of one GRU go through all tools.

They know the contract (``rtfm_mmaction.models.contracts``) and nothing else:
see ``tests/support/own_parts.py``. What a part cannot do ends in a sentence.
"""

import json

import cv2
import numpy as np
import pytest
import torch

from rtfm_mmaction.cli import (
    explain,
    export,
    infer,
    plot_scores,
    stream,
    train,
)
from rtfm_mmaction.cli import test as testing
from rtfm_mmaction.evaluation.predictions import read_predictions
from tests.support.brightness import BRIGHT, DARK, make_place, write_video
from tests.support.small_data import make_data, small_config

PARTS = dict(
    both=('GRUNeck', 'LinearHead'),
    head=('IdentityNeck', 'LinearHead'),
    neck=('GRUNeck', 'RTFMHead'),
)
STREAMED = ('head',)
WITH_MAGNITUDES = ('neck',)


@pytest.fixture(scope='module')
def place(module_path):
    """An extractor of five crops and C = 4, such features, and a video."""
    make_place(module_path)
    make_data(module_path, crops=5, channels=4, test=2)
    write_video(module_path / 'v.mp4', (64, DARK), (32, BRIGHT), (39, DARK))
    return module_path


@pytest.fixture(scope='module', params=PARTS)
def trained(request, place):
    """Name, config and checkpoint of a detector that tools/train.py made."""
    neck, head = PARTS[request.param]
    config = place / f'{request.param}.py'
    small_config(
        place,
        model__in_channels=None,
        model__neck=dict(_delete_=True, type=neck),
        model__head=dict(_delete_=True, type=head),
        train_cfg__max_iters=3,
        custom_imports=dict(
            imports=['rtfm_mmaction', 'tests.support.own_parts']
        ),
        work_dir=str(place / request.param),
    ).dump(config)
    train.main([str(config), '--seed', '1'])
    return (
        request.param,
        str(config),
        str(place / request.param / 'iter_3.pth'),
    )


def of(trained):
    return ['--config', trained[1], '--checkpoint', trained[2]]


def loads(path):
    return json.loads(path.read_text(encoding='utf-8'))


def test_figures_and_pictures(trained, place, tmp_path):
    """Oracle: infer.py on the features that were tested, which gives the same
    scores; magnitudes where the head has such, there and in the file."""
    name, config, checkpoint = trained
    figures = testing.main(
        [config, checkpoint, '--dump', str(tmp_path / 'p.json')]
        + ['--work-dir', str(tmp_path)]
    )
    assert 0 <= figures['anomaly/AUC'] <= 1
    _, _, tested = read_predictions(tmp_path / 'p.json')
    infer.main(
        [str(place / 'features' / f'{tested[0]["video"]}.npy')]
        + [*of(trained), '--out', str(tmp_path / 'found')]
    )
    found = loads(tmp_path / 'found' / f'{tested[0]["video"]}.json')
    np.testing.assert_allclose(found['scores'], tested[0]['scores'], atol=1e-6)
    known = name in WITH_MAGNITUDES
    assert ('magnitudes' in found) == ('magnitudes' in tested[0]) == known
    plot_scores.main(
        [str(tmp_path / 'p.json'), '--out', str(tmp_path / 'png')]
        + ['--limit', '1']
    )
    drawn = sorted(path.name for path in (tmp_path / 'png').iterdir())
    assert drawn == ['overview.png', 'roc_pr.png', 'test0.png']


def test_videos_and_streams(trained, place, tmp_path, capsys):
    """Oracle: infer.py's events of the same video, by a threshold between its
    scores; a stream needs parts that work in pieces, or says so."""
    name, *_ = trained
    video, extractor = str(place / 'v.mp4'), str(place / 'extractor.py')
    shared = [video, *of(trained), '--extractor', extractor]
    infer.main([*shared, '--out', str(tmp_path / 'found')])
    scores = loads(tmp_path / 'found/v.json')['scores']
    assert len(scores) == 8 and len(set(scores)) > 1
    page = (tmp_path / 'found/report.html').read_text(encoding='utf-8')
    assert '"name": "v"' in page
    rule = ['--threshold', str(np.mean(scores)), '--low', str(min(scores))]
    lines = tmp_path / 'events.jsonl'
    arguments = [*shared, '--out', str(lines), *rule]
    if name not in STREAMED:
        with pytest.raises(SystemExit, match='^stream: GRUNeck: exp') as said:
            stream.main(arguments)
        assert 'score files by rtfm infer' in str(said.value)
        assert '\n' not in str(said.value) and not lines.exists()
        return
    stream.main(arguments)
    infer.main([*shared, '--out', str(tmp_path / 'again'), *rule])
    (event,) = loads(tmp_path / 'again/v.json')['events']
    started, ended = map(json.loads, lines.read_text().splitlines())
    assert started['start'] == event['start']
    assert ended['end'] == event['end']
    assert ended['peak'] == pytest.approx(event['peak'], abs=1e-6)


def test_explanations(trained, place, tmp_path):
    """Oracle: the highest snippets of infer.py. Of a head without magnitudes
    the score is explained, and the file says so."""
    name, *_ = trained
    shared = [str(place / 'v.mp4'), *of(trained)]
    shared += ['--extractor', str(place / 'extractor.py')]
    shared += ['--out', str(tmp_path)]
    explain.main(shared)
    infer.main([*shared, '--formats', 'json'])
    found = loads(tmp_path / 'v.json')
    explained = loads(tmp_path / 'v_explained.json')
    measure = 'magnitude' if name in WITH_MAGNITUDES else 'score'
    assert explained['measure'] == measure
    values = np.array(found[f'{measure}s'])
    assert [
        snippet['index'] for snippet in explained['snippets']
    ] == np.argsort(-values, kind='stable')[:3].tolist()
    for snippet in explained['snippets']:
        assert snippet[measure] == pytest.approx(
            values[snippet['index']], rel=1e-5
        )
        assert ('magnitude' in snippet) == (measure == 'magnitude')
        assert np.abs(snippet['cells']).max() > 0
    assert cv2.imread(str(tmp_path / 'v_explained.png')).std() > 5


def test_exports(trained, place, tmp_path):
    """Oracle: infer.py's scores, or one sentence of what torch cannot export."""
    name, config, checkpoint = trained
    target = tmp_path / 'd.pt2'
    arguments = [config, checkpoint, '--out', str(target)]
    if name not in STREAMED:
        with pytest.raises(SystemExit, match='^export: detector: exp') as said:
            export.main(arguments)
        assert 'by config and checkpoint alone' in str(said.value)
        assert '\n' not in str(said.value) and not target.exists()
        return
    export.main(arguments)
    rows = np.load(place / 'features/test0.npy')
    infer.main(
        [str(place / 'features/test0.npy'), *of(trained)]
        + ['--out', str(tmp_path), '--formats', 'json']
    )
    (scores,) = torch.export.load(target).module()(torch.from_numpy(rows))
    found = loads(tmp_path / 'test0.json')
    np.testing.assert_allclose(scores, found['scores'], atol=1e-6)
