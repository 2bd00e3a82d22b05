"""tools/analysis/explain.py, by a detector of brightness."""

import json
import runpy

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import BaseModule

from tests.support.brightness import make_place
from tests.support.corner_videos import square_video
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/analysis/explain.py'))['main']


@MODELS.register_module(force=True)
class FlatBackbone(BaseModule):
    """(B, 3, L, H, W) -> (B, 4): no map is left."""

    def forward(self, inputs):
        return inputs.flatten(1)[:, :4]


@pytest.fixture(scope='module')
def place(module_path):
    """Configs and weights, fitting ones and others, and videos."""
    make_place(module_path)
    square_video(module_path / 'v.mp4', 'top right', [1, 0, 2, 0])
    square_video(module_path / 'short.mp4', 'top right', [1], frames=9)
    (module_path / 'text.mp4').write_text('no video')
    np.save(module_path / 'f.npy', np.zeros((3, 1, 4), np.float32))
    config = Config.fromfile(module_path / 'config.py')
    wide = MODELS.build({**config.model, 'in_channels': 8})
    torch.save(dict(state_dict=wide.state_dict()), module_path / 'wide.pth')
    config.model.update(in_channels=4, backbone=dict(type='TinyBackbone'))
    config.dump(module_path / 'joint.py')
    torch.save(
        dict(state_dict=MODELS.build(config.model).state_dict()),
        module_path / 'joint.pth',
    )
    flat = Config.fromfile(module_path / 'extractor.py')
    flat.model = dict(
        type='FlatBackbone',
        init_cfg=dict(
            type='Pretrained', checkpoint=str(module_path / 'none.pth')
        ),
    )
    torch.save(dict(state_dict={}), module_path / 'none.pth')
    flat.dump(module_path / 'flat.py')
    return module_path


def arguments(
    place,
    out,
    video='v.mp4',
    config='config.py',
    checkpoint='d.pth',
    extractor='extractor.py',
):
    return [
        str(place / video),
        '--config',
        str(place / config),
        '--checkpoint',
        str(place / checkpoint),
        '--extractor',
        str(place / extractor),
        '--out',
        str(out),
    ]


def test_the_brightest_snippets_are_explained(place, tmp_path, capsys):
    """Oracle: what was painted: of four snippets at 25 frames a second the
    third has the brightest square, the first a darker one, top right; in the
    top right crop the sum of cells is the magnitude (no neck)."""
    main(arguments(place, tmp_path) + ['--top', '2'])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        'v_explained.json',
        'v_explained.png',
    ]
    stored = json.loads((tmp_path / 'v_explained.json').read_text())
    assert [
        (s['index'], s['start'], s['end']) for s in stored['snippets']
    ] == [(2, 1.28, 1.92), (0, 0, 0.64)]
    assert stored['num_snippets'] == 4 and stored['note'] == ''
    assert stored['crops'][1] == dict(top=0, left=24, mirrored=False)
    for snippet in stored['snippets']:
        cells = np.array(snippet['cells'])
        assert cells.shape == (5, 4, 4)
        np.testing.assert_allclose(
            cells.sum((1, 2)), snippet['crop_magnitudes'], rtol=1e-4
        )
        assert np.unravel_index(cells[1].argmax(), (4, 4)) == (0, 3)
    picture = cv2.imread(str(tmp_path / 'v_explained.png'))
    assert min(picture.shape[:2]) > 400 and picture.std() > 5
    printed = capsys.readouterr().out
    # Columns 24 to 56 of 56 resized ones are 27 to 64, rows 0 to 32 of 40 are
    # 0 to 38, in pixels of the video.
    assert '1.3 - 1.9' in printed and '27 - 64, 0 - 38' in printed
    assert 'v_explained.png' in printed


def test_times_are_explained_as_asked_for(place, tmp_path):
    """Oracle: by hand. 0.7 s is in the second snippet of 0.64 s, 0 in the
    first one."""
    main(arguments(place, tmp_path) + ['--at', '0.7', '0'])
    stored = json.loads((tmp_path / 'v_explained.json').read_text())
    assert [snippet['index'] for snippet in stored['snippets']] == [1, 0]


def test_a_torn_video_is_explained_as_far_as_it_goes(place, tmp_path, capsys):
    """Property: what was read is explained, and the rest said."""
    whole = square_video(tmp_path / 'whole.avi', 'top left', [1] * 14)
    data = whole.read_bytes()
    (tmp_path / 'torn.avi').write_bytes(data[: len(data) * 6 // 10])
    main(arguments(place, tmp_path / 'out', tmp_path / 'torn.avi'))
    stored = json.loads((tmp_path / 'out/torn_explained.json').read_text())
    assert 'cut short' in stored['note'] and len(stored['snippets']) == 3
    assert 'cut short' in capsys.readouterr().out


@pytest.mark.parametrize(
    'changes, more, said',
    [
        (dict(video='no.mp4'), [], 'no.mp4: no such file'),
        (dict(video='text.mp4'), [], 'text.mp4: expected a video'),
        (
            dict(video='short.mp4'),
            [],
            'short.mp4: expected at least 16 frames',
        ),
        (dict(video='f.npy'), [], 'f.npy: expected one video'),
        ({}, ['--top', '0'], 'top: expected 1 to 24 snippets, found 0'),
        ({}, ['--at', '2.56'], 'at: expected seconds from 0 to below 2.56'),
        ({}, ['--at', 'nan'], 'at: expected seconds'),
        (dict(config='no'), [], 'no: expected a config file'),
        (
            dict(config='d.onnx'),
            [],
            'd.onnx: expected a config, .* checkpoint',
        ),
        (dict(extractor='b.onnx'), [], 'b.onnx: expected a config, '),
        (dict(checkpoint='wide.pth'), [], 'found C = 4, .* the detector, 8'),
        (
            dict(config='joint.py', checkpoint='joint.pth'),
            [],
            'joint.py: expected a detector on features',
        ),
        (dict(extractor='flat.py'), [], r'FlatBackbone: .*shape \(1, 4\)'),
    ],
)
def test_what_cannot_be_explained_is_one_error(
    place, tmp_path, changes, more, said
):
    """One sentence that names the culprit; nothing is written."""
    with pytest.raises(SystemExit, match=said) as failure:
        main(arguments(place, tmp_path / 'out', **changes) + more)
    assert '\n' not in str(failure.value)
    assert not (tmp_path / 'out').exists()
