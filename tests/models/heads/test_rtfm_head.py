"""Selection, crop modes and loss of the head."""

import math

import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.models.heads.rtfm_head import logit_of_mean


def build(**kwargs):
    head = MODELS.build(dict(type='RTFMHead', in_channels=4, **kwargs))
    head.init_weights()
    return head


def without_dropout(**kwargs):
    return build(
        dropout=0.0, feature_dropout=0.0, select_dropout=0.0, **kwargs
    )


def test_scores_and_magnitudes_average_the_crops():
    """Magnitude is the l2 norm, then the mean over crops.

    Features (3, 4) and (6, 8) have norms 5 and 10: 7.5. Score oracle: the
    classifier's layers applied to each crop.
    """
    head = build().eval()
    x = torch.zeros(1, 2, 1, 4)
    x[0, 0, 0, :2] = torch.tensor([3.0, 4.0])
    x[0, 1, 0, :2] = torch.tensor([6.0, 8.0])
    result = head.predict(x)
    assert result['magnitudes'].item() == pytest.approx(7.5)
    per_crop = head.classifier(x).sigmoid()[..., 0]
    assert torch.allclose(result['scores'], per_crop.mean(1))
    assert torch.equal(result['crop_scores'], per_crop.transpose(1, 2))


def test_instance_mode_takes_the_highest_tile():
    """A snippet's score and magnitude are the maximum over its tiles."""
    head = build(crop_mode='instance').eval()
    x = torch.randn(2, 6, 5, 4)
    result = head.predict(x)
    outputs = head(x)
    assert torch.equal(result['scores'], outputs.scores.max(1).values)
    assert torch.equal(result['magnitudes'], outputs.magnitudes.max(1).values)


@pytest.mark.parametrize('mode', ['average', 'instance'])
def test_logits_are_those_of_the_scores(mode):
    """Oracle: log(s / (1 - s)) of the reported score, in float64."""
    head = build(crop_mode=mode).double().eval()
    x = 3 * torch.randn(2, 5, 40, 4, dtype=torch.float64)
    result = head.predict(x)
    scores = head(x).logits.double().sigmoid()
    scores = scores.mean(1) if mode == 'average' else scores.amax(1)
    assert torch.allclose(
        result['logits'].double(), torch.logit(scores), rtol=1e-4, atol=1e-5
    )


def test_logits_tell_apart_what_scores_do_not():
    """Oracle: by hand. Of crops of one logit z the mean's is z; of 40 and -40
    it is 0; of 100 and 200 1 - s is e^-100 / 2, so that it is 100 + log 2."""
    logits = torch.tensor([[[30, 40, 100, -300], [30, -40, 200, -300.0]]])
    expected = torch.tensor([[30, 0, 100 + math.log(2), -300]])
    assert torch.allclose(logit_of_mean(logits), expected)
    scores = logits.sigmoid().mean(1)[0]
    assert scores[0] == scores[2] == 1


def manual_loss(head, x, labels, instance):
    """The released loss, video by video, by loops over the definition."""
    outputs = head(x)
    chosen_features, chosen_scores = [], []
    for video in range(len(x)):
        features, scores = outputs.features[video], outputs.scores[video]
        if instance:
            features = features.reshape(1, -1, features.shape[-1])
            scores = scores.reshape(1, -1)
        magnitude = features.norm(dim=-1).mean(0)
        order = sorted(range(len(magnitude)), key=lambda i: -magnitude[i])[:3]
        chosen_features.append(features[:, order])
        chosen_scores.append(scores.mean(0)[order].mean())
    abnormal = [i for i, y in enumerate(labels) if y == 1]
    normal = [i for i, y in enumerate(labels) if y == 0]
    terms = []
    for i, j in zip(abnormal, normal):
        for a, n in zip(chosen_features[i], chosen_features[j]):
            terms.append((abs(100 - a.mean(0).norm()) + n.mean(0).norm()) ** 2)
    cross_entropy = [
        -torch.log(s if y == 1 else 1 - s)
        for s, y in zip(chosen_scores, labels)
    ]
    pooled = (
        outputs.scores.max(1).values if instance else outputs.scores.mean(1)
    )
    vector = pooled[abnormal].flatten()
    return dict(
        loss_magnitude=1e-4 * torch.stack(terms).mean(),
        loss_cls=torch.stack(cross_entropy).mean(),
        loss_smooth=8e-4 * (vector[1:] - vector[:-1]).square().sum(),
        loss_sparse=8e-3 * vector.square().sum().sqrt(),
    )


@pytest.mark.parametrize('instance', [False, True])
@pytest.mark.parametrize('labels', [[1, 1, 0, 0], [0, 1, 1, 0]])
@pytest.mark.parametrize('length', [1, 2, 8])
def test_loss_equals_a_loop_over_the_definition(instance, labels, length):
    """Released form, T below and above K, labels in any order."""
    head = without_dropout(crop_mode='instance' if instance else 'average')
    x = torch.randn(4, 3, length, 4) * 20
    losses = head.loss(x, torch.tensor(labels))
    for name, value in manual_loss(head, x, labels, instance).items():
        assert torch.allclose(losses[name], value, rtol=1e-4), name


def test_selected_snippets_are_shared_by_the_crops():
    """Oracle: crop 1 is largest at snippet 3, the crop average at snippet 0.

    With K = 1 the hinge sees snippet 0 of both crops: magnitude (9 + 1) / 2
    = 5 for the abnormal video and 0 for the normal one, so 1e-4 (100 - 5).
    """
    head = without_dropout(
        num_selected=1, loss_magnitude=dict(type='MagnitudeLoss', form='hinge')
    )
    x = torch.zeros(2, 2, 4, 4)
    x[0, 0, 0, 0], x[0, 1, 0, 0], x[0, 1, 3, 0] = 9.0, 1.0, 4.0
    losses = head.loss(x, torch.tensor([1, 0]))
    assert losses['loss_magnitude'].item() == pytest.approx(1e-4 * 95)
    assert losses['magnitude_abnormal'].item() == pytest.approx(5.0)


def test_selection_dropout_changes_the_choice_only_in_training():
    """With a mask of 0.7 the three largest of eight are rarely all chosen."""
    head = build()
    magnitudes = torch.arange(1.0, 9.0).expand(50, 1, 8)
    head.train()
    trained = head.select(magnitudes).sort().values
    head.eval()
    tested = head.select(magnitudes).sort().values
    assert tested.tolist() == [[5, 6, 7]] * 50
    assert trained.tolist() != tested.tolist()


def test_unpaired_batch_is_refused():
    """The error says how many of each were found and what pairs them."""
    head = build()
    with pytest.raises(ValueError, match='found 3 and 1.*PairedWeakLabel'):
        head.loss(torch.randn(4, 1, 4, 4), torch.tensor([1, 1, 1, 0]))
    with pytest.raises(ValueError, match='found 0 and 0|as many'):
        head.loss(torch.randn(2, 1, 4, 4), torch.tensor([0, 0]))


def test_bad_settings_are_refused():
    """One error each, with key and value."""
    with pytest.raises(ValueError, match='num_selected.*got 0'):
        build(num_selected=0)
    with pytest.raises(ValueError, match="crop_mode.*'max'"):
        build(crop_mode='max')
    with pytest.raises(TypeError, match='num_selectd'):
        build(num_selectd=3)
