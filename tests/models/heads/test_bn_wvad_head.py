"""BN-WVAD's head by its properties; its figures are in test_bn_wvad_oracle."""

import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.models.contracts import predict_snippets
from rtfm_mmaction.models.heads.distant_snippets import (
    choose_distant,
    match_normal,
)


def head(**options):
    return MODELS.build(
        dict(
            type='BNWVADHead', in_channels=6, hidden_channels=(4, 3), **options
        )
    )


@pytest.mark.parametrize('crops, length', [(1, 1), (1, 40), (3, 2), (2, 4)])
def test_one_pair_of_any_size(crops, length):
    """B = 2 with T = 1 and with fewer snippets than shares choose from, where
    the authors' program stops: finite terms, a gradient for each parameter,
    and scores by the contract."""
    part, x = head(), torch.randn(2, crops, length, 6)
    terms = part.loss(x, torch.tensor([1, 0]))
    assert [*terms] == ['loss_normal', 'loss_triplet_1', 'loss_triplet_2']
    sum(terms.values()).backward()
    for parameter in part.parameters():
        assert torch.isfinite(parameter.grad).all()
    found = predict_snippets(part.eval(), x)
    assert [*found] == ['scores', 'crop_scores', 'logits']
    assert torch.allclose(found['scores'], found['logits'].sigmoid())


def test_the_order_of_the_batch_does_not_matter():
    """Property: of normal and abnormal videos; batch norms see the same."""
    part, x = head(), torch.randn(4, 1, 20, 6)
    first = part.loss(x, torch.tensor([1, 1, 0, 0]))
    for norm in part.norms:
        norm.reset_running_stats()
    mixed = part.loss(x[[2, 0, 1, 3]], torch.tensor([0, 1, 1, 0]))
    for key, value in first.items():
        assert torch.allclose(value, mixed[key], rtol=1e-4), key


def test_scores_by_hand():
    """Oracle: s = (d_1 + d_2) p as written, averaged over crops; the score is
    s / (1 + s)."""
    part, x = head().eval(), torch.randn(1, 2, 3, 6)
    for norm in part.norms:
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
    f_1 = x @ part.projections[0].weight[..., 0].T + part.projections[0].bias
    g_1 = part.norms[0](f_1.flatten(0, 2)).view_as(f_1).relu()
    f_2 = g_1 @ part.projections[1].weight[..., 0].T + part.projections[1].bias
    g_2 = part.norms[1](f_2.flatten(0, 2)).view_as(f_2).relu()
    z = g_2 @ part.classifier.weight[..., 0].T + part.classifier.bias
    distance = 0
    for f, norm in ((f_1, part.norms[0]), (f_2, part.norms[1])):
        squares = (f - norm.running_mean) ** 2 / norm.running_var
        distance = distance + squares.sum(-1).sqrt()
    s = distance * z[..., 0].sigmoid()
    found = part.predict(x)
    assert torch.allclose(found['logits'].exp(), s.mean(1), rtol=1e-5)
    mean = s.mean(1)
    assert torch.allclose(found['scores'], mean / (1 + mean))
    crops = (s / (1 + s)).transpose(1, 2)
    assert torch.allclose(found['crop_scores'], crops)


def test_scores_stay_apart_where_p_rounds_to_nothing():
    """Property: log s is finite and rises with z, though p is 0; a variance
    of 0, of a channel that never changed, is no NaN."""
    part, x = head().eval(), torch.randn(1, 1, 4, 6)
    part.classifier.bias.data.fill_(-200.0)
    part.norms[0].running_var[0] = 0
    found = part.predict(x)
    assert (found['scores'] >= 0).all() and (found['scores'] <= 1).all()
    assert not found['logits'].isnan().any()
    part.norms[0].running_var[0] = 1
    low = part.predict(x)['logits']
    part.classifier.bias.data.fill_(-199.0)
    high = part.predict(x)['logits']
    assert torch.isfinite(low).all()
    assert torch.allclose(high - low, torch.ones(1, 4), atol=1e-4)


def test_chosen_snippets_by_hand():
    """Two videos, T = 10. A video has its two most distant ones, the batch
    its eight: those of the second video, 10 to 17, and two of the first."""
    distances = torch.arange(20.0).view(2, 10)
    chosen = choose_distant(distances, 0.2, 0.4)
    assert chosen.nonzero()[:, 1].tolist() == [8, 9, *range(2, 10)]
    one = choose_distant(torch.tensor([[1.0, 2.0]]), 0.2, 0.4)
    assert one.tolist() == [[False, True]]
    # Ten of two videos: six of each would do, rank by rank.
    normal = match_normal(distances, 10)
    assert normal.tolist() == [9, 19, 8, 18, 7, 17, 6, 16, 5, 15]
    assert match_normal(distances, 20).tolist()[-2:] == [0, 10]
    assert match_normal(distances, 3).tolist() == [9, 19, 8]


def test_what_is_wrong_is_told():
    """One sentence each, with what was expected."""
    for options, message in (
        (dict(video_share=1.5), r'video_share must be in \[0, 1\], got 1.5'),
        (dict(batch_share=-1), r'batch_share must be in \[0, 1\], got -1'),
        (dict(level_weights=(5,)), r'level_weights=\(5,\) for hidden_chan'),
    ):
        with pytest.raises(ValueError, match=f'BNWVADHead: .*{message}'):
            head(**options)
    with pytest.raises(ValueError, match='BNWVADHead: .* 0 and 2; use Paired'):
        head().loss(torch.randn(2, 1, 3, 6), torch.tensor([0, 0]))
