"""Every config of configs/features, against mmaction2's own networks."""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.apis.recorded_extractor import recorded_extractor
from rtfm_mmaction.datasets.feature_record import FeatureRecord, read_made_with
from rtfm_mmaction.extraction import build_extractor, is_done, write_features
from rtfm_mmaction.io.video import Video
from rtfm_mmaction.models.weights import load_weights
from tests.support.helpers import ROOT
from tests.support.tiny import make_video

CONFIGS = sorted(
    path.name for path in (ROOT / 'configs/features').glob('*.py')
)
CHANNELS = {
    'c3d': 4096,
    'i3d-r50': 2048,
    'i3d-r50-released': 2048,
    'inception-i3d': 1024,
    'resnet50': 2048,
}
# Config -> mmaction2's config of the recognizer that its weights are of.
I3D = 'i3d/i3d_imagenet-pretrained-r50{}_8xb8-32x2x1-100e_kinetics400-rgb.py'
ZOO = {
    'i3d-r50': I3D.format(''),
    'i3d-r50-nl-dot-product': I3D.format('-nl-dot-product'),
    'i3d-r50-nl-embedded-gaussian': I3D.format('-nl-embedded-gaussian'),
    'i3d-r50-nl-gaussian': I3D.format('-nl-gaussian'),
    'c3d_sports1m': 'c3d/c3d_sports1m-pretrained_8xb30-16x1x1-45e_ucf101-rgb.py',
    'resnet50': 'tsn/tsn_imagenet-pretrained-r50_8xb32-1x1x8-100e_kinetics400-rgb.py',
}


def config_of(name):
    return Config.fromfile(ROOT / 'configs/features' / name)


@pytest.mark.parametrize('name', CONFIGS)
def test_config_gives_features(name, video, tmp_path):
    """C by the name; one clip with random weights, on noise. A second run
    takes what a first one wrote for its own (faults.md, C1), and a checkpoint
    that says this much of its features finds the config again."""
    config = config_of(name)
    extractor = build_extractor(config.to_dict(), random=True)
    # C3D's last layers have the place of 112 pixels; others are convolutions.
    size = config.extractor.crops.size
    size = size if name.startswith('c3d') else 64
    clip = np.random.default_rng(0).integers(
        0, 255, (1, 16, size, size, 3), np.uint8
    )
    feature = extractor.network(clip)
    kind = name.split('_')[0].split('-nl-')[0]
    assert feature.shape == (1, CHANNELS[kind])
    assert np.isfinite(feature).all() and feature.std() > 0
    crops = name.rsplit('_', 1)[1][:-3]
    expected = {'1crop': 1, '5crop': 5, '10crop': 10, 'tiles': 6}
    assert len(extractor.grid) == expected[crops]
    write_features(
        tmp_path / 'v.npy', [feature], lambda: extractor.record(video)
    )
    assert is_done(tmp_path / 'v.npy', video.path, extractor.settings)
    settings, weights = read_made_with(tmp_path / 'v.npy')
    assert settings == extractor.settings
    weights['file'] = config.model.init_cfg.checkpoint.rpartition('/')[2]
    record = FeatureRecord(1, 1, 16, settings=settings, weights=weights)
    found = recorded_extractor(record, 'd.pth')
    assert (found.name, found.random) == (name[:-3], False)


@pytest.fixture(scope='module')
def video(module_path):
    """One that was read."""
    video = Video(make_video(module_path / 'v.mp4', 16))
    list(video.snippets(16, 'drop', (64, 48), 'bilinear'))
    return video


def recognizer_of(path):
    """mmaction2's own recognizer, nothing downloaded, and its config."""
    config = Config.fromstring(
        f"_base_ = 'mmaction::recognition/{path}'", '.py'
    )
    config.model.backbone.update(pretrained=None)
    if 'pretrained2d' in config.model.backbone:
        config.model.backbone.pretrained2d = False
    return quiet(MODELS.build(config.model)), config


def quiet(model):
    """The model in test mode; mmaction2's ResNet3d.train() gives None."""
    model.eval()
    return model


@pytest.mark.parametrize('kind', sorted(ZOO))
def test_weights_of_the_zoo_fit(tmp_path, kind):
    """A checkpoint of mmaction2's recognizer loads whole.

    Oracle: features of mmaction2's own backbone; pixels by its own mean and
    deviation; the weights are named as its own metafile has them.
    """
    recognizer, theirs = recognizer_of(ZOO[kind])
    config = config_of(
        f'{kind}_kinetics400_10crop.py'
        if kind != 'c3d_sports1m'
        else f'{kind}_10crop.py'
    )
    ours = quiet(
        MODELS.build(
            {k: v for k, v in config.model.items() if k != 'init_cfg'}
        )
    )
    state = recognizer.state_dict()
    if kind == 'c3d_sports1m':  # the file is that of the backbone alone
        state = recognizer.backbone.state_dict()
    torch.save(dict(state_dict=state), tmp_path / 'zoo.pth')
    init_cfg = dict(config.model.init_cfg, checkpoint=tmp_path / 'zoo.pth')
    load_weights(ours, init_cfg)
    size = 112 if kind == 'c3d_sports1m' else 64
    clip = torch.randn(1, 3, 16, size, size)
    with torch.no_grad():
        found = ours(clip)
        if kind == 'resnet50':
            frames = [recognizer.backbone(clip[:, :, i]) for i in range(16)]
            expected = torch.stack(frames).mean(0)
        elif kind == 'c3d_sports1m':
            backbone = recognizer.backbone
            caught = []
            backbone.fc6.register_forward_hook(
                lambda module, inputs, output: caught.append(output)
            )
            backbone(clip)
            expected = caught[0].relu()
        else:
            expected = recognizer.backbone(clip)
    assert torch.allclose(found, expected, atol=1e-5)
    preprocessor = theirs.model.data_preprocessor
    assert list(config.extractor.mean) == list(preprocessor.mean)
    assert list(config.extractor.std) == list(preprocessor.std)
    address = config.model.init_cfg.checkpoint
    if kind != 'c3d_sports1m':
        stem = ZOO[kind].split('/')[1][:-3]
        assert f'/{stem}/{stem}_' in address


def test_frames_are_averaged():
    """Oracle: a loop over the frames of each clip."""
    model = MODELS.build(
        dict(
            type='FrameAverage',
            backbone=dict(type='ResNet', depth=18, pretrained=None),
        )
    ).eval()
    clips = torch.randn(2, 3, 4, 32, 32)
    with torch.no_grad():
        found = model(clips)
        for clip, cells in zip(clips, found):
            frames = torch.stack(
                [model.backbone(clip[None, :, i])[0] for i in range(4)]
            )
            assert torch.allclose(cells, frames.mean(0), atol=1e-5)
