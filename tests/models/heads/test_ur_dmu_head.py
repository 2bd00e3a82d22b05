"""UR-DMU's head by its properties; its figures are in test_ur_dmu_oracle."""

import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.models.contracts import predict_snippets


def head(**options):
    return MODELS.build(
        dict(
            type='URDMUHead',
            in_channels=6,
            num_slots=5,
            hidden_channels=4,
            **options,
        )
    )


def quiet(part):
    """The same without noise."""
    part.draw_noise = torch.zeros_like
    return part


@pytest.mark.parametrize('crops, length', [(1, 1), (1, 40), (3, 2)])
def test_one_pair_of_any_size(crops, length):
    """B = 2 with T = 1, T < 16 and more: finite terms, a gradient for each
    parameter, and scores by the contract."""
    part, x = head(), torch.randn(2, crops, length, 6)
    terms = part.loss(x, torch.tensor([1, 0]))
    assert len(terms) == 8
    sum(terms.values()).backward()
    for parameter in part.parameters():
        assert torch.isfinite(parameter.grad).all()
    found = predict_snippets(part.eval(), x)
    assert [*found] == ['scores', 'crop_scores', 'logits']
    assert torch.allclose(found['scores'], found['crop_scores'].mean(-1))
    assert torch.allclose(found['scores'], found['logits'].sigmoid())


def test_all_snippets_may_stand_for_a_video():
    """K = T + 1, at T = 1, too. Oracle: the loss of all scores that predict
    gives, since there is no noise."""
    x, labels = torch.randn(2, 2, 5, 6), torch.tensor([1, 0])
    every = quiet(head(snippets_per_selected=1))
    scores = every.predict(x)['scores']
    assert every.loss(x, labels)['loss_cls'].item() == pytest.approx(
        every.loss_cls(scores, labels).item(), rel=1e-5
    )
    assert torch.isfinite(every.loss(x[:, :, :1], labels)['loss_cls'])


def test_the_order_of_the_batch_does_not_matter():
    """Property: pairs are found by their labels."""
    part, x = quiet(head()), torch.randn(4, 2, 20, 6)
    first = part.loss(x, torch.tensor([1, 1, 0, 0]))
    mixed = part.loss(x[[2, 0, 1, 3]], torch.tensor([0, 1, 1, 0]))
    for key, value in first.items():
        assert torch.allclose(value, mixed[key])
    swapped = part.loss(x[[1, 0, 2, 3]], torch.tensor([1, 1, 0, 0]))
    assert not torch.allclose(first['loss_triplet'], swapped['loss_triplet'])


def test_noise_is_of_what_normal_videos_call_up():
    """Property: it moves the classifier and the distance; of it alone the
    log-variance learns, beside the divergence."""
    part, x = head(), torch.randn(2, 1, 20, 6)
    labels = torch.tensor([1, 0])
    without = quiet(head())
    without.load_state_dict(part.state_dict())
    noisy, still = part.loss(x, labels), without.loss(x, labels)
    moved = {
        key for key in noisy if not torch.allclose(noisy[key], still[key])
    }
    assert moved == {'loss_cls', 'loss_distance'}


def test_the_distance_may_look_where_the_abnormal_video_is_abnormal():
    """By hand: one pair, K = 1, called up as it is. The option takes the
    normal video's vector at the abnormal one's place; nothing else moves."""
    labels = torch.tensor([0, 1])
    x = torch.randn(2, 1, 9, 6)
    parts = [quiet(head(distance_at=name)) for name in ('normal', 'abnormal')]
    parts[1].load_state_dict(parts[0].state_dict())
    found = [part.loss(x, labels) for part in parts]
    for part, terms in zip(parts, found):
        of_normal, of_abnormal = part.recall(x[:1]), part.recall(x[1:])
        place = of_abnormal.abnormal_likeness.argmax()
        other = of_normal.normal_likeness.argmax()
        assert place != other
        if part.distance_at == 'abnormal':
            other = place
        away = part.mean(of_abnormal.abnormal[0, 0, place]).norm()
        near = part.mean(of_normal.normal[0, 0, other]).norm()
        expected = 1e-4 * (100 - away + near)
        assert torch.allclose(terms['loss_distance'], expected)
    for key in set(found[0]) - {'loss_distance'}:
        assert torch.equal(found[0][key], found[1][key])


def test_what_is_wrong_is_told():
    """One sentence each, with what was expected."""
    for options, message in (
        (dict(snippets_per_selected=0), 'snippets_per_selected must be at l'),
        (dict(distance_at='here'), r"one of \('normal', 'abnormal'\), got 'h"),
        (dict(num_slots=0), 'num_slots must be at least 1, got 0'),
    ):
        with pytest.raises(ValueError, match=message):
            MODELS.build(dict(type='URDMUHead', in_channels=6, **options))
    with pytest.raises(ValueError, match='URDMUHead: .* 2 and 0; use Paired'):
        head().loss(torch.randn(2, 1, 3, 6), torch.tensor([1, 1]))
