"""A test list of labels alone, through all tools (faults.md, C7)."""

import json
import re
import runpy

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from rtfm_mmaction.datasets.annotations import load_annotations
from rtfm_mmaction.evaluation.predictions import read_predictions
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config


def run(tool, *args):
    return runpy.run_path(str(ROOT / 'tools' / tool))['main'](
        [str(arg) for arg in args]
    )


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Features of 5 training and 4 test videos, and lists with a label a
    video."""
    monkeypatch.setenv('LOCAL_RANK', '0')
    make_data(tmp_path)
    for subset in ('train', 'test'):
        path = tmp_path / f'annotations/{subset}.json'
        _, videos = load_annotations(path)
        (tmp_path / f'{subset}.txt').write_text(
            ''.join(
                f'{video["video"]} {("noFight", "Fight")[video["label"]]}\n'
                for video in videos
            )
        )
    return tmp_path


def test_all_tools(root, capsys):
    """Oracle: scikit-learn on the dumped scores' maxima; and in each place
    the words that say what the figures are of."""
    run(
        *('data/plain_text.py', '--dataset', 'weak', '--train-list'),
        *(root / 'train.txt', '--test-annotations', root / 'test.txt'),
        *('--normal-class', 'noFight', '--out', root / 'annotations'),
    )
    assert 'no intervals of the 2 abnormal test' in capsys.readouterr().err
    config = root / 'config.py'
    small_config(root).dump(config)
    with pytest.raises(SystemExit) as stopped:
        run('data/check.py', config)
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert 'val and test: labels of whole videos and no intervals' in said
    run('train.py', config, '--seed', 3)
    captured = capsys.readouterr()
    assert (
        'the best checkpoint is chosen by anomaly/video_AUC in place of '
        'anomaly/AUC'
    ) in captured.err
    work = root / 'work'
    best = json.loads((work / 'result.json').read_text())
    assert best['key'] == 'anomaly/video_AUC'
    assert {'anomaly/video_AUC', 'anomaly/video_AP', 'iteration'} == set(
        best['last']
    )
    (checkpoint,) = work.glob('best_anomaly_video_AUC_iter_*.pth')
    dump = root / 'out.json'
    run('test.py', config, work / 'iter_6.pth', '--dump', dump)
    _, metrics, videos = read_predictions(dump)
    labels = [video['label'] for video in videos]
    highest = [video['scores'].max() for video in videos]
    assert metrics == {
        'anomaly/video_AUC': pytest.approx(roc_auc_score(labels, highest)),
        'anomaly/video_AP': pytest.approx(
            average_precision_score(labels, highest)
        ),
    }
    run('analysis/plot_scores.py', dump, '--out', root / 'pictures')
    assert (root / 'pictures/roc_pr.png').is_file()
    with pytest.raises(
        SystemExit, match='events: .*test0: expected its abnormal intervals'
    ):
        run('analysis/events.py', dump)
    capsys.readouterr()
    run(
        *('infer.py', root / 'features', '--config', config),
        *('--checkpoint', work / 'iter_6.pth', '--out', root / 'report'),
        *('--annotations', root / 'annotations/test.json', '--low', 0),
    )
    said = capsys.readouterr().out
    auc = metrics['anomaly/video_AUC']
    assert re.search(
        r'\d of 2 videos that are annotated as abnormal have an event, \d of '
        rf'2 normal ones have none; .* score: video_AUC {auc:.4f}',
        said,
    )
    page = (root / 'report/report.html').read_text()
    data = page.split('id="data">')[1].split('</script>')[0]
    told = {entry['name']: entry['label'] for entry in json.loads(data)}
    assert (told['test0'], told['test3'], told['train0']) == (1, 0, None)
    result = json.loads((root / 'report/test0.json').read_text())
    assert result['label'] == 1 and result['abnormal_intervals'] is None
    np.testing.assert_allclose(max(result['scores']), highest[0], atol=1e-6)
