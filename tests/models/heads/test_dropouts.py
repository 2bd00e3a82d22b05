"""Where the head drops out, and how much.

The oracle is torch's own ``F.dropout`` under the same seed, in the order of
the layers: it says which values are gone and by what the others grow.
"""

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS

DROPOUTS = ('dropout', 'feature_dropout', 'select_dropout')
LABELS = torch.tensor([1, 0])


def build(**dropouts):
    """A head in training mode with these dropouts and no others."""
    torch.manual_seed(0)
    head = MODELS.build(
        dict(
            type='RTFMHead',
            in_channels=8,
            **{**dict.fromkeys(DROPOUTS, 0.0), **dropouts},
        )
    )
    head.init_weights()
    return head.train()


def test_features_lose_channels_before_classifier_and_magnitude():
    """Oracle: X by F.dropout, and from there a head without any dropout."""
    head, x = build(feature_dropout=0.6), torch.randn(2, 3, 5, 8)
    torch.manual_seed(7)
    found = head(x)
    torch.manual_seed(7)
    dropped = F.dropout(x, 0.6)
    expected = build()(dropped)
    assert (dropped == 0).float().mean() > 0.4
    assert torch.equal(found.features, dropped)
    assert torch.equal(found.magnitudes, dropped.norm(dim=-1))
    assert torch.equal(found.scores, expected.scores)


def test_losses_are_of_what_was_dropped():
    """Oracle: as above. The loss ranks, compares and tells the magnitudes
    that are left, not those of the neck."""
    head, x = build(feature_dropout=0.6), torch.randn(2, 3, 9, 8)
    torch.manual_seed(7)
    found = head.loss(x, LABELS)
    torch.manual_seed(7)
    dropped = F.dropout(x, 0.6)
    expected = build().loss(dropped, LABELS)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(found[name], value), name


def test_the_classifier_drops_behind_each_hidden_layer():
    """Oracle: its layers by hand, F.dropout behind the two ReLUs."""
    head, x = build(dropout=0.6), torch.randn(2, 3, 5, 8)
    first, second, last = (
        layer for layer in head.classifier if hasattr(layer, 'weight')
    )
    torch.manual_seed(7)
    found = head(x)
    torch.manual_seed(7)
    hidden = F.dropout(F.relu(first(x)), 0.6)
    hidden = F.dropout(F.relu(second(hidden)), 0.6)
    assert torch.allclose(
        found.scores, last(hidden).sigmoid()[..., 0], atol=1e-6
    )
    assert torch.equal(found.magnitudes, x.norm(dim=-1))


def test_what_the_selection_dropped_is_not_chosen():
    """Oracle: a mask by F.dropout, one for all crops; then K largest by
    sorting. Property: where K values are left, none that is gone is taken."""
    head, values = build(select_dropout=0.6), torch.rand(40, 2, 16) + 0.1
    torch.manual_seed(7)
    chosen = head.select(values)
    torch.manual_seed(7)
    mask = F.dropout(torch.ones(40, 16), 0.6)
    left = (mask > 0).sum(1) >= 3
    assert left.sum() > 30
    assert (mask.gather(1, chosen)[left] > 0).all()
    expected = (values.mean(1) * mask).argsort(1, descending=True)[:, :3]
    assert torch.equal(chosen[left], expected[left])


@pytest.mark.parametrize('select_by', ['magnitude', 'score'])
def test_the_loss_selects_by_what_is_left(select_by):
    """Oracle: as above, from the outputs of the head; of either value that
    it can rank by, the chosen ones are not the largest."""
    head, x = build(select_dropout=0.6), torch.randn(2, 3, 32, 8)
    head.select_by = select_by
    outputs = head(x)
    compared = getattr(outputs, f'{select_by}s').mean(1)
    torch.manual_seed(7)
    found = head.loss(x, LABELS)
    torch.manual_seed(7)
    mask = F.dropout(torch.ones(2, 32), 0.6)
    chosen = (compared * mask).argsort(1, descending=True)[:, :3]
    assert not torch.equal(chosen, compared.topk(3).indices)
    magnitudes = outputs.magnitudes.mean(1).gather(1, chosen).mean(1)
    assert found['magnitude_abnormal'].item() == pytest.approx(
        magnitudes[0].item()
    )
    assert found['magnitude_normal'].item() == pytest.approx(
        magnitudes[1].item()
    )


def test_all_three_are_seven_tenths_unless_said_otherwise():
    """Oracle: sec. 4.2 of the paper. Counted: features that are 0, and as
    many of the classifier's last hidden values and of the selection's."""
    head = MODELS.build(dict(type='RTFMHead', in_channels=64)).train()
    hidden = []
    last = head.classifier[-1]
    last.register_forward_hook(lambda _, inputs, __: hidden.append(inputs[0]))
    torch.nn.init.ones_(head.classifier[-4].bias)
    torch.nn.init.zeros_(head.classifier[-4].weight)
    features = head(torch.ones(4, 2, 32, 64)).features
    assert (features == 0).float().mean() == pytest.approx(0.7, abs=0.02)
    assert (hidden[0] == 0).float().mean() == pytest.approx(0.7, abs=0.02)
    # The largest of 1000 is chosen where it is not dropped.
    rising = torch.arange(1.0, 1001).expand(3000, 1, 1000)
    missed = head.select(rising)[:, 0] != 999
    assert missed.float().mean() == pytest.approx(0.7, abs=0.03)


def test_nothing_is_dropped_in_evaluation():
    """Oracle: a head of the same weights without dropout."""
    dropouts = dict.fromkeys(DROPOUTS, 0.9)
    head, x = build(**dropouts).eval(), torch.randn(2, 3, 32, 8)
    other = build()
    for name, value in other.predict(x).items():
        assert torch.equal(head.predict(x)[name], value), name
    magnitudes = torch.rand(20, 3, 16)
    assert torch.equal(head.select(magnitudes), other.select(magnitudes))
