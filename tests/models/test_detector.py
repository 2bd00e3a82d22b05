"""The detector through its config and mmengine's three modes."""

import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

CONFIG = dict(
    type='AnomalyDetector',
    in_channels=8,
    neck=dict(type='MTN'),
    head=dict(type='RTFMHead'),
)


def build(**kwargs):
    model = MODELS.build({**copy.deepcopy(CONFIG), **kwargs})
    model.init_weights()
    return model


def sample(label, video='v'):
    data_sample = ActionDataSample()
    data_sample.set_gt_label(label)
    data_sample.set_metainfo(dict(video=video))
    return data_sample


def pairs(shape, count=2):
    """A batch as the loader hands it over: [abnormal bags, normal bags]."""
    return dict(
        inputs=[[torch.rand(shape) for _ in range(count)] for _ in '10'],
        data_samples=[[sample(int(y)) for _ in range(count)] for y in '10'],
    )


def test_training_step_lowers_the_loss():
    """Property: ten steps on one batch lower its loss."""
    from mmengine.optim import build_optim_wrapper

    head = dict(
        type='RTFMHead', dropout=0.0, feature_dropout=0.0, select_dropout=0.0
    )
    model = build(head=head)
    optimizer = build_optim_wrapper(
        model, dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.01))
    )
    batch = pairs((2, 6, 8))
    losses = [
        model.train_step(batch, optimizer)['loss'].item() for _ in range(10)
    ]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize('lengths', [(1,), (1, 2, 40)])
def test_predict_takes_unequal_lengths(lengths):
    """Each video gets T scores, as it would alone."""
    model = build().eval()
    bags = [torch.rand(3, length, 8) for length in lengths]
    data = dict(inputs=bags, data_samples=[sample(0) for _ in bags])
    together = model.test_step(data)
    for bag, result in zip(bags, together):
        assert result.snippet_scores.shape == (bag.shape[1],)
        assert result.crop_scores.shape == (bag.shape[1], 3)
        alone = model.test_step(dict(inputs=[bag], data_samples=[sample(0)]))[
            0
        ]
        assert torch.equal(alone.snippet_scores, result.snippet_scores)
        assert (
            (result.snippet_scores >= 0) & (result.snippet_scores <= 1)
        ).all()


def test_tensor_mode_gives_the_necks_features():
    """Shape and values of the neck alone."""
    model = build().eval()
    x = torch.rand(2, 3, 5, 8)
    assert torch.equal(model(x, mode='tensor'), model.neck(x))


def test_autocast_is_near_float32():
    """bfloat16 scores differ by less than its rounding."""
    model = build(in_channels=64).eval()
    half = build(in_channels=64, autocast=True).eval()
    half.load_state_dict(model.state_dict())
    data = dict(inputs=[torch.rand(2, 9, 64)], data_samples=[sample(0)])
    full = model.test_step(copy.deepcopy(data))[0].snippet_scores
    cast = half.test_step(data)[0].snippet_scores
    assert cast.dtype is torch.float32
    assert not torch.equal(full, cast)
    assert torch.allclose(full, cast, atol=0.02)


def test_standardised_features_and_their_checkpoint():
    """(x - mean) / deviation by hand; a constant channel stays unscaled."""
    config = dict(type='AnomalyDataPreprocessor', standardize=True)
    model = build(data_preprocessor=config)
    data = dict(inputs=[torch.full((1, 1, 8), 5.0)], data_samples=[sample(0)])
    with pytest.raises(ValueError, match='no statistics'):
        model.data_preprocessor(data)
    deviation = torch.tensor([2.0] * 7 + [0.0])
    model.data_preprocessor.set_statistics(torch.ones(8), deviation)
    other = build(data_preprocessor=config)
    other.load_state_dict(model.state_dict())
    result = other.data_preprocessor(data)['inputs'][0]
    assert result.flatten().tolist() == [2.0] * 7 + [4.0]


def test_bags_of_different_shape_in_training_name_the_videos():
    """Crop counts that differ within a batch cannot be stacked."""
    model = build()
    batch = pairs((2, 6, 8), count=1)
    batch['inputs'][1][0] = torch.rand(3, 6, 8)
    batch['data_samples'][1][0].set_metainfo(dict(video='odd one'))
    with pytest.raises(ValueError, match=r'\(3, 6, 8\) of odd one'):
        model.data_preprocessor(batch, training=True)


def test_wrong_channels_name_the_file():
    """The feature file is named, with both figures."""
    model = build()
    data = dict(inputs=[torch.rand(1, 4, 16)], data_samples=[sample(0)])
    data['data_samples'][0].set_metainfo(
        dict(feature_files=dict(features=['a/b.npy']))
    )
    with pytest.raises(ValueError, match='a/b.npy: .*C = 16.*in_channels = 8'):
        model.test_step(data)


def test_missing_channels_and_unknown_mode():
    """Errors say what was found and what is expected."""
    with pytest.raises(TypeError, match='in_channels must be.*None'):
        build(in_channels=None)
    with pytest.raises(ValueError, match="mode must be .*'score'"):
        build()(torch.rand(1, 1, 2, 8), mode='score')
