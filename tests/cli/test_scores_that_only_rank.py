"""Commands that make events of scores which are no probabilities.

BN-WVAD's, whose detector says so; others are in ``test_learned_thresholds``.
"""

import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.apis import AnomalyInferencer
from rtfm_mmaction.cli import events, export, infer, stream
from rtfm_mmaction.cli import test as testing
from rtfm_mmaction.evaluation.predictions import read_predictions
from rtfm_mmaction.models.contracts import scores_only_rank
from tests.support.brightness import make_place
from tests.support.small_data import make_data, small_config

SENTENCE = 'its scores rank snippets and are no probabilities, so that a thr'


@pytest.fixture(scope='module')
def place(module_path):
    """Features, an extractor of C = 4, and a detector without training."""
    make_place(module_path)
    make_data(module_path, crops=5, channels=4, test=2)
    config = small_config(
        module_path,
        'bn_wvad_i3d_ped2',
        model__in_channels=4,
        model__neck=dict(_delete_=True, type='IdentityNeck'),
        model__head__in_channels=4,
    )
    config.dump(module_path / 'config.py')
    model = MODELS.build(config.model)
    assert scores_only_rank(model.head) and not scores_only_rank(model.neck)
    torch.save(dict(state_dict=model.state_dict()), module_path / 'd.pth')
    return module_path


def printed(capsys):
    return ' '.join(capsys.readouterr().out.split())


def test_infer_says_that_there_is_no_threshold(place, tmp_path, capsys):
    """Oracle: the sentence, once, where no threshold was stated; the scores
    are written all the same."""
    shared = [str(place / 'features/test0.npy')]
    shared += ['--config', str(place / 'config.py')]
    shared += ['--checkpoint', str(place / 'd.pth'), '--out', str(tmp_path)]
    shared += ['--formats', 'json']
    infer.main(shared)
    said = printed(capsys)
    assert said.count(SENTENCE) == 1
    assert 'expected --threshold, or --normal with normal videos' in said
    assert (tmp_path / 'test0.json').is_file()
    infer.main([*shared, '--threshold', '0.9'])
    assert SENTENCE not in printed(capsys)
    normal = [str(tmp_path / 'test0.json'), '--take-anyway']
    shared[0] = str(place / 'features/test1.npy')
    infer.main([*shared, '--normal', *normal])
    assert SENTENCE not in printed(capsys)


def test_exported_files_say_it_too(place, tmp_path, capsys):
    """Oracle: the sentence, which names the file."""
    file = str(tmp_path / 'd.onnx')
    export.main(
        [str(place / 'config.py'), str(place / 'd.pth'), '--out', file]
    )
    options = [str(place / 'features/test0.npy'), '--config', file]
    options += ['--out', str(tmp_path), '--formats', 'json']
    capsys.readouterr()
    infer.main(options)
    assert f'd.onnx: {SENTENCE}' in printed(capsys)
    infer.main([*options, '--threshold', '0.9'])
    assert SENTENCE not in printed(capsys)
    assert AnomalyInferencer(file).scores_only_rank


def test_events_of_a_test_say_it_too(place, tmp_path, capsys):
    """Oracle: the sentence, by what the file of predictions says of them."""
    target = str(tmp_path / 'p.json')
    testing.main(
        [str(place / 'config.py'), str(place / 'd.pth'), '--dump', target]
        + ['--work-dir', str(tmp_path)]
    )
    assert read_predictions(target)[0]['scores_only_rank'] is True
    capsys.readouterr()
    events.main([target])
    assert printed(capsys).count(SENTENCE) == 1
    events.main([target, '--threshold', '0.9'])
    assert SENTENCE not in printed(capsys)


def test_a_stream_asks_for_a_threshold(place):
    """Oracle: the sentence, before the video is opened: there is none here."""
    with pytest.raises(SystemExit, match='^stream: .*d.pth: its scores') as it:
        stream.main(
            [str(place / 'none.mp4'), '--config', str(place / 'config.py')]
            + ['--checkpoint', str(place / 'd.pth')]
            + ['--extractor', str(place / 'extractor.py')]
        )
    assert 'the file of one that rtfm infer --normal learned' in str(it.value)
