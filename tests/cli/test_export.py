"""tools/export.py from the command line, then tools/infer.py on its files."""

import json
import runpy

import numpy as np
import pytest
import torch

from tests.support.brightness import BRIGHT, DARK, make_place, write_video
from tests.support.helpers import ROOT
from tests.support.random_detectors import build
from tests.support.without_torch import memory_of, rtfm_without_torch

MOST = 400  # MiB


@pytest.fixture(scope='module')
def place(module_path):
    """Configs, weights and a video."""
    make_place(module_path)
    write_video(module_path / 'a.mp4', (64, DARK), (32, BRIGHT), (39, DARK))
    return module_path


def run(tool, *arguments):
    """Run a tool of ``tools``."""
    return runpy.run_path(str(ROOT / 'tools' / f'{tool}.py'))['main'](
        [str(argument) for argument in arguments]
    )


def test_videos_to_scores_by_files_alone(place, tmp_path, capsys):
    """Oracle: tools/infer.py with config and checkpoint, and what --out says;
    where torch and mmaction2 cannot be imported, too, in less than 400 MB."""
    run(
        'export',
        place / 'config.py',
        place / 'd.pth',
        '--out',
        tmp_path / 'd.onnx',
    )
    run(
        'export',
        '--extractor',
        place / 'extractor.py',
        '--out',
        tmp_path / 'b.onnx',
    )
    said = capsys.readouterr().out.splitlines()
    assert [line.split(':')[0] for line in said] == [
        str(tmp_path / 'd.onnx'),
        str(tmp_path / 'b.onnx'),
    ]
    for line in said:
        assert float(line.split()[-1]) < 1e-4
    run(
        'infer',
        place / 'a.mp4',
        '--config',
        tmp_path / 'd.onnx',
        '--extractor',
        tmp_path / 'b.onnx',
        '--out',
        tmp_path / 'found',
        '--formats',
        'json',
    )
    run(
        'infer',
        place / 'a.mp4',
        '--config',
        place / 'config.py',
        '--checkpoint',
        place / 'd.pth',
        '--extractor',
        place / 'extractor.py',
        '--out',
        tmp_path / 'expected',
        '--formats',
        'json',
    )
    found, expected = (
        json.loads((tmp_path / name / 'a.json').read_text())
        for name in ('found', 'expected')
    )
    np.testing.assert_allclose(
        found['frame_scores'], expected['frame_scores'], atol=1e-5
    )
    assert len(found['events']) == len(expected['events']) == 1

    small = rtfm_without_torch(
        *('infer', place / 'a.mp4', '--config', tmp_path / 'd.onnx'),
        f'--extractor={tmp_path / "b.onnx"}',
        *('--out', tmp_path / 'small', '--formats', 'json', 'csv', 'html'),
    )
    assert small.returncode == 0, small.stderr
    assert memory_of(small) < MOST
    again = json.loads((tmp_path / 'small/a.json').read_text())
    np.testing.assert_allclose(again['scores'], found['scores'], atol=1e-5)
    assert again['made_with'] == found['made_with']
    assert [(event['start'], event['end']) for event in again['events']] == [
        (event['start'], event['end']) for event in found['events']
    ]
    assert (tmp_path / 'small/report.html').exists()


def test_without_torch_what_needs_it_is_told(place, tmp_path):
    """Oracle: the sentence, of a video for which no network is exported."""
    np.save(tmp_path / 'f.npy', np.ones((3, 1, 4), np.float32))
    run(
        'export',
        place / 'config.py',
        place / 'd.pth',
        '--out',
        tmp_path / 'd.onnx',
    )
    options = ['--config', tmp_path / 'd.onnx', '--out', tmp_path / 'out']
    options += ['--formats', 'json']
    for more, said in (
        (
            [place / 'a.mp4', '--extractor', place / 'extractor.py'],
            'expected an .onnx file of rtfm export (--extractor), as there is '
            'no package',
        ),
        ([place / 'a.mp4'], 'does not say what its features were made with'),
        ([tmp_path / 'f.npy'], None),
    ):
        result = rtfm_without_torch('infer', *more, *options)
        assert (result.returncode == 0) == (said is None), result.stderr
        assert said is None or said in result.stderr
    assert (
        len(json.loads((tmp_path / 'out/f.json').read_text())['scores']) == 3
    )


def test_shipped_names_options_and_random_weights(tmp_path, capsys):
    """Property: a config by its name, keys of it overridden."""
    detector = build('neither')
    torch.save(dict(state_dict=detector.state_dict()), tmp_path / 'd.pth')
    run(
        'export',
        'baseline_i3d_ucf',
        tmp_path / 'd.pth',
        '--out',
        tmp_path / 'd.pt2',
        '--cfg-options',
        'model.in_channels=32',
    )
    run(
        'export',
        '--extractor',
        'resnet50_kinetics400_10crop',
        '--random-weights',
        '--out',
        tmp_path / 'b.pt2',
        '--cfg-options',
        'extractor.resize=(32,32)',
        'extractor.crops.size=32',
        'model.backbone.depth=18',
    )
    assert capsys.readouterr().out.count('largest difference') == 2
    with torch.no_grad():
        clips = torch.zeros(2, 16, 32, 32, 3, dtype=torch.uint8)
        outputs = torch.export.load(tmp_path / 'b.pt2').module()(clips)
    assert outputs.shape == (2, 512)


def test_errors_are_one_sentence(place, tmp_path, capsys):
    """Property: exit codes other than 0, nothing written."""
    config, weights = place / 'config.py', place / 'd.pth'
    target = tmp_path / 'd.onnx'
    extractor = place / 'extractor.py'
    for arguments, said in (
        ((config, weights, '--extractor', extractor), 'found both'),
        ((), 'expected CONFIG and CHECKPOINT'),
        ((config,), 'expected CONFIG and CHECKPOINT'),
        ((config, weights, '--random-weights'), 'goes with --extractor'),
    ):
        with pytest.raises(SystemExit) as caught:
            run('export', *arguments, '--out', target)
        assert caught.value.code == 2
        assert said in capsys.readouterr().err
    for arguments, said in (
        ((tmp_path / 'none.py', weights), 'none.py: expected a config'),
        ((config, tmp_path / 'none.pth'), 'none.pth'),
        (('rtfm_i3d_ucf', weights), 'expected the weights of'),
        (
            (
                '--extractor',
                extractor,
                '--cfg-options',
                f'model.init_cfg.checkpoint={tmp_path}/no.pth',
            ),
            'no.pth',
        ),
    ):
        with pytest.raises(SystemExit, match=f'^export: .*{said}') as caught:
            run('export', *arguments, '--out', target)
        assert '\n' not in str(caught.value)
    with pytest.raises(SystemExit, match='^export: .*ends in .onnx or .pt2'):
        run('export', config, weights, '--out', tmp_path / 'd.pth')
    assert list(tmp_path.iterdir()) == []
