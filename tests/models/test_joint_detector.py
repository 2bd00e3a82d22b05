"""Backbone, neck and head as one model."""

import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.optim import build_optim_wrapper
from torch import nn

from rtfm_mmaction.models.backbones import InceptionI3D
from tests.models.test_detector import sample
from tests.support.joint_data import PIXELS, random_clips, save_backbone

HEAD = dict(
    type='RTFMHead', dropout=0.0, feature_dropout=0.0, select_dropout=0.0
)
RESNET = dict(
    type='ResNet3d',
    depth=18,
    pretrained=None,
    pretrained2d=False,
    base_channels=4,
    inflate=(1, 1, 1, 1),
)


def build(
    backbone=dict(type='StagedBackbone'),
    channels=8,
    standardize=False,
    **kwargs,
):
    model = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=channels,
            backbone=backbone,
            neck=dict(type='MTN'),
            head=HEAD,
            data_preprocessor=dict(standardize=standardize, **PIXELS),
            **kwargs,
        )
    )
    model.init_weights()
    return model


def build_features():
    return MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=8,
            neck=dict(type='MTN'),
            head=HEAD,
        )
    )


def batch(crops=2, segments=3, pairs=2):
    """Pairs as the loader hands them over: [abnormal bags, normal bags]."""
    return dict(
        inputs=[
            [
                random_clips(crops, segments, seed=10 * label + index)
                for index in range(pairs)
            ]
            for label in (1, 0)
        ],
        data_samples=[
            [sample(label) for _ in range(pairs)] for label in (1, 0)
        ],
    )


def loss_and_gradients(model, data):
    model.double().train()
    model.zero_grad()
    terms = model(**model.data_preprocessor(data, True), mode='loss')
    sum(v for k, v in terms.items() if 'loss' in k).backward()
    return terms, {
        name: p.grad
        for name, p in model.named_parameters()
        if p.grad is not None
    }


@pytest.mark.parametrize('chunk', [1, 5, 64])
def test_training_in_chunks_is_training_in_one_piece(chunk):
    """Oracle: each term of the loss and each gradient, of backbone, neck and
    head, of the model without chunks, in float64."""
    whole = build()
    chunked = build(backbone_chunk=chunk)
    chunked.load_state_dict(whole.state_dict())
    terms, expected = loss_and_gradients(whole, batch())
    found, grads = loss_and_gradients(chunked, batch())
    for name, value in terms.items():
        torch.testing.assert_close(found[name], value, rtol=1e-10, atol=0)
    assert grads.keys() == expected.keys()
    assert any(name.startswith('backbone.') for name in grads)
    for name, grad in grads.items():
        torch.testing.assert_close(
            grad, expected[name], rtol=1e-10, atol=1e-12
        )


def test_features_step_by_step():
    """Oracle: one clip at a time, (pixel - mean) / std by the channel,
    backbone, mean, then neck; (B, N, T) stay in their places."""
    model = build(backbone_chunk=5).eval()
    clips = random_clips(2, 3, 4)
    mean, std = (torch.tensor(PIXELS[key]) for key in ('mean', 'std'))
    expected = torch.zeros(2, 3, 4, 8)
    for at in torch.cartesian_prod(*map(torch.arange, (2, 3, 4))).tolist():
        clip = (clips[tuple(at)].float() - mean) / std
        output = model.backbone(clip.permute(3, 0, 1, 2)[None])
        expected[tuple(at)] = output.mean((0, 2, 3, 4))
    found = model(clips, mode='tensor')
    assert torch.allclose(found, model.neck(expected), atol=1e-5)


def test_statistics_standardise_what_the_backbone_gives():
    """Oracle: by hand, before the neck; without statistics an error."""
    plain = build().eval()
    model = build(standardize=True).eval()
    model.load_state_dict(plain.state_dict(), strict=False)
    clips = random_clips(1, 1, 3)
    with pytest.raises(ValueError, match='no statistics are there'):
        model(clips)
    with pytest.raises(ValueError, match='of 3 channels, expected 8'):
        model.data_preprocessor.set_statistics(torch.ones(3), torch.ones(3))
    model.data_preprocessor.set_statistics(
        torch.full((8,), 0.5), torch.full((8,), 2.0)
    )
    expected = (plain.encode(clips) - 0.5) / 2
    assert torch.allclose(model.encode(clips), expected, atol=1e-6)


def test_all_weights_where_the_backbone_has_its_own(tmp_path):
    """Oracle: the weights that were saved. Asked for all of them, a detector
    takes those of a training on features and its backbone's own file, and
    refuses a checkpoint that holds half a backbone, or none where there is no
    such file."""
    own = dict(type='Pretrained', checkpoint=save_backbone(tmp_path / 'b.pth'))
    features = build_features().state_dict()
    backbone = dict(type='StagedBackbone', init_cfg=own)
    config = dict(
        type='AnomalyDetector',
        in_channels=8,
        neck=dict(type='MTN'),
        head=HEAD,
        data_preprocessor=PIXELS,
    )
    expected = torch.load(tmp_path / 'b.pth')['state_dict']
    for again in range(2):
        model = MODELS.build({**config, 'backbone': backbone})
        if again:  # trained from there before
            model.init_weights()
        model.load_state_dict(features, strict=True)
        for name, value in model.backbone.state_dict().items():
            assert value.equal(expected[name])
        for name, value in features.items():
            assert model.state_dict()[name].equal(value)
    whole = model.state_dict()
    model.load_state_dict(whole, strict=True)
    half = [key for key in whole if key.startswith('backbone.')][0]
    del whole[half]
    with pytest.raises(RuntimeError, match='Missing key.*backbone'):
        model.load_state_dict(whole, strict=True)
    bare = MODELS.build({**config, 'backbone': dict(type='StagedBackbone')})
    with pytest.raises(RuntimeError, match='Missing key.*backbone'):
        bare.load_state_dict(features, strict=True)


@pytest.mark.parametrize(
    'frozen, trained',
    [
        (-1, {'conv1', 'layer1', 'layer2', 'layer3', 'layer4'}),
        (0, {'layer1', 'layer2', 'layer3', 'layer4'}),
        (3, {'layer4'}),
        (4, set()),
    ],
)
def test_frozen_stages_of_mmactions_network(frozen, trained):
    """Known before optimizer and DDP are made, not first in ``train()``;
    a training step changes what is trained, and no running statistics."""
    model = build(dict(RESNET, frozen_stages=frozen), 32, backbone_chunk=4)
    wanted = {
        name.split('.')[0]
        for name, p in model.backbone.named_parameters()
        if p.requires_grad
    }
    assert wanted == trained
    before = copy.deepcopy(model.backbone.state_dict())
    optimizer = build_optim_wrapper(
        model, dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.01))
    )
    data = batch(1, 2, 1)
    data['inputs'] = [[random_clips(1, 2, size=32)] for _ in '10']
    model.train().train_step(data, optimizer)
    after = model.backbone.state_dict()
    changed = {
        name.split('.')[0]
        for name in after
        if not torch.equal(after[name], before[name])
    }
    assert changed == trained
    assert not any(
        'running' in name and not torch.equal(after[name], before[name])
        for name in after
    )


@pytest.mark.parametrize(
    'frozen, trained',
    [
        (
            -1,
            {'Conv3d_1a_7x7', 'Mixed_3c', 'Mixed_4f', 'Mixed_5b', 'Mixed_5c'},
        ),
        (1, {'Mixed_4f', 'Mixed_5b', 'Mixed_5c'}),
        (2, {'Mixed_5b', 'Mixed_5c'}),
        (3, set()),
    ],
)
def test_frozen_stages_of_inception(frozen, trained):
    """Oracle: the paper's names; batch norms of frozen stages stay as they
    are in training."""
    network = InceptionI3D(frozen_stages=frozen).train()
    found = {
        name.split('.')[0]
        for name, p in network.named_parameters()
        if p.requires_grad
    }
    named = {'Conv3d_1a_7x7', 'Mixed_3c', 'Mixed_4f', 'Mixed_5b', 'Mixed_5c'}
    assert found & named == trained
    training = {
        name.split('.')[0]
        for name, m in network.named_modules()
        if isinstance(m, nn.BatchNorm3d) and m.training
    }
    assert training == found
    with pytest.raises(ValueError, match='-1 to 3, found 4'):
        InceptionI3D(frozen_stages=4)


def test_batch_norms_follow_the_chunks():
    """Without chunks a batch norm learns its statistics, in chunks not."""
    backbone = dict(type='StagedBackbone', norm='BN')
    assert build(backbone).train().backbone.norm.training
    model = build(backbone, backbone_chunk=2).train()
    assert not model.backbone.norm.training and model.backbone.training
    assert model.neck.training and model.head.training


def test_weights_of_a_network_that_passes_over_init_cfg(tmp_path):
    """mmaction2's ResNet3d ignores ``init_cfg``; all weights are loaded.

    Oracle: the saved ones; a file that lacks one is refused.
    """
    state = MODELS.build(RESNET).state_dict()
    state = {
        f'backbone.{name}': torch.randn_like(value.float())
        for name, value in state.items()
        if 'num_batches' not in name
    }
    path = tmp_path / 'zoo.pth'
    torch.save(dict(state_dict=state), path)
    backbone = dict(
        RESNET,
        init_cfg=dict(
            type='Pretrained', prefix='backbone.', checkpoint=str(path)
        ),
    )
    model = build(backbone, 32)
    for name, value in state.items():
        assert torch.equal(model.state_dict()[name], value)
    state.popitem()
    torch.save(dict(state_dict=state), path)
    with pytest.raises(ValueError, match='zoo.pth: .*1 missing'):
        build(backbone, 32)


def test_another_learning_rate_for_the_backbone():
    """mmengine's custom_keys, by the name ``backbone``."""
    model = build(dict(type='StagedBackbone', frozen_stages=0))
    optimizer = build_optim_wrapper(
        model,
        dict(
            type='OptimWrapper',
            optimizer=dict(type='Adam', lr=1.0),
            paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=0.1))),
        ),
    ).optimizer
    rates = {
        id(parameter): group['lr']
        for group in optimizer.param_groups
        for parameter in group['params']
    }
    for name, parameter in model.named_parameters():
        expected = 0.1 if name.startswith('backbone.') else 1.0
        if not parameter.requires_grad:
            expected = None
        assert rates.get(id(parameter)) == expected
    assert sorted(set(rates.values())) == [0.1, 1.0]


def test_settings_that_do_not_fit_are_told(tmp_path):
    """Oracle: one error with key, what was found and what was expected."""
    model = build(channels=16)
    with pytest.raises(ValueError, match='StagedBackbone: .*C = 8.*= 16'):
        model(random_clips(1, 1, 2))
    with pytest.raises(ValueError, match='backbone_chunk .*found 0'):
        build(backbone_chunk=0)
    with pytest.raises(FileNotFoundError, match='none.pth'):
        build(
            dict(
                type='StagedBackbone',
                init_cfg=dict(
                    type='Pretrained', checkpoint=str(tmp_path / 'none.pth')
                ),
            )
        )
    path = save_backbone(tmp_path / 'w.pth', seed=3)
    model = build(
        dict(
            type='StagedBackbone',
            init_cfg=dict(type='Pretrained', checkpoint=str(path)),
        )
    )
    saved = torch.load(path)['state_dict']
    assert torch.equal(model.backbone.stem.weight, saved['stem.weight'])


def test_features_and_videos_are_not_mixed_up():
    """A bag for the other kind of model; the error names its file."""
    named = sample(0)
    named.set_metainfo(dict(feature_files=dict(features=['a/b.npy'])))
    data = dict(inputs=[torch.rand(1, 4, 8)], data_samples=[named])
    with pytest.raises(ValueError, match='a/b.npy: .*float32.*LoadSnippets'):
        build().test_step(data)
    data['inputs'] = [iter(())]
    with pytest.raises(ValueError, match='a/b.npy: .*no backbone'):
        build_features().test_step(data)
