"""The contract of a detector's parts: who keeps it, and what follows from it.

Shapes: B videos, N crops, T snippets, C channels.
"""

import doctest
import weakref

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from rtfm_mmaction.apis.streaming import StreamingDetector
from rtfm_mmaction.models import contracts
from rtfm_mmaction.models.contracts import (
    CropHead,
    MagnitudeHead,
    MILHead,
    PiecewiseNeck,
    SelectingHead,
    TemporalNeck,
    WholeVideoPart,
    crops_compete,
    piecewise_neck,
    predict_snippets,
)
from rtfm_mmaction.models.long_video import (
    CHUNK,
    piece_length,
    score_in_chunks,
)
from tests.support.own_parts import GRUNeck, LinearHead
from tests.support.random_detectors import features, offline

C = 32


def detector(neck, head):
    """A detector of parts by their configs, in evaluation mode."""
    return MODELS.build(
        dict(type='AnomalyDetector', in_channels=C, neck=neck, head=head)
    ).eval()


def test_the_example_runs():
    """Oracle: what the example itself says."""
    found = doctest.testmod(contracts)
    assert found.attempted > 4 and found.failed == 0


def test_shipped_parts_keep_the_contract():
    """Oracle: the protocols, with all that is optional."""
    for options in (
        dict(type='IdentityNeck'),
        dict(type='MTN'),
        dict(type='MTN', with_fusion=False),
        dict(type='MTN', with_pdc=False, with_tsa=False),
    ):
        neck = MODELS.build({**options, 'in_channels': C})
        assert isinstance(neck, TemporalNeck)
        assert isinstance(neck, PiecewiseNeck)
    for mode in ('average', 'instance'):
        head = MODELS.build(
            dict(type='RTFMHead', in_channels=C, crop_mode=mode)
        )
        for protocol in (MILHead, MagnitudeHead, SelectingHead, CropHead):
            assert isinstance(head, protocol)
        assert not isinstance(head, WholeVideoPart)
        assert crops_compete(head) == (mode == 'instance')
        assert piecewise_neck(neck, head) is neck


def test_what_is_optional_is_not_assumed():
    """Oracle: a head of one layer and a neck of one GRU, which offer nothing
    but what they must."""
    neck, head = GRUNeck(C), LinearHead(C)
    assert isinstance(neck, TemporalNeck) and isinstance(head, MILHead)
    assert not isinstance(neck, PiecewiseNeck)
    for protocol in (MagnitudeHead, SelectingHead, CropHead, WholeVideoPart):
        assert not isinstance(head, protocol)
    assert not crops_compete(head)
    assert piecewise_neck(neck, head) is None


class Spoken(nn.Module):
    """A head that says what it is told to."""

    def __init__(self, **said):
        super().__init__()
        self.said = said

    def loss(self, x, labels):
        return {}

    def predict(self, x):
        return self.said


def test_predictions_are_checked():
    """Oracle: by hand, for B = 1, N = 2, T = 3: each mistake is named, with
    what was expected; what is not known is passed over."""
    x, scores = torch.zeros(1, 2, 3, 4), torch.full((1, 3), 0.5)
    found = predict_snippets(
        Spoken(
            attention=scores,
            logits=scores.double(),
            scores=scores.bfloat16(),
            crop_scores=torch.zeros(1, 3, 2),
        ),
        x,
    )
    assert [*found] == ['scores', 'crop_scores', 'logits']
    assert {value.dtype for value in found.values()} == {torch.float32}
    for said, message in (
        ({}, "Spoken.predict: expected a dict with the key 'scores'"),
        (dict(logits=scores), r"'scores', found \['logits'\]"),
        (
            dict(scores=scores[..., None]),
            r'scores of shape \(1, 3\), found \(1, 3, 1\)',
        ),
        (
            dict(scores=scores, crop_scores=torch.zeros(1, 2, 3)),
            r'crop_scores of shape \(1, 3, 2\), found \(1, 2, 3\)',
        ),
        (dict(scores=scores + 3), r'in \[0, 1\], .* found 3.5 to 3.5'),
        (dict(scores=scores - 1), r'in \[0, 1\], .* found -0.5 to -0.5'),
    ):
        with pytest.raises(ValueError, match=message):
            predict_snippets(Spoken(**said), x)


@MODELS.register_module(force=True)
class Mute(nn.Module):
    """A head that cannot be asked."""

    def __init__(self, in_channels):
        super().__init__()

    def loss(self, x, labels):
        return {}


def test_a_head_without_predict_is_told_at_once():
    """The error names what is missing, and the class."""
    with pytest.raises(TypeError, match='loss and predict, .* found a Mute'):
        detector(dict(type='IdentityNeck'), dict(type='Mute'))


def test_own_parts_run_in_bfloat16_and_are_scored():
    """Property: the detector finds its device without knowing a layer (a head
    of one layer has no ``classifier``)."""
    model = detector(dict(type='GRUNeck'), dict(type='LinearHead'))
    model.autocast = True
    with torch.no_grad():
        x = model(torch.rand(1, 2, 5, C))
        assert x.shape == (1, 2, 5, C)
        terms = model.head.loss(x, torch.tensor([1]))
    assert torch.isfinite(terms['loss_cls'])


@MODELS.register_module(force=True)
class NarrowNeck(nn.Module):
    """Makes three channels of C, and no crops if asked to."""

    def __init__(self, in_channels, with_crops=True):
        super().__init__()
        self.layer = nn.Linear(in_channels, 3)
        self.with_crops = with_crops

    def forward(self, x):
        return self.layer(x if self.with_crops else x.mean(1))


def test_a_neck_may_change_the_channels_and_nothing_else():
    """Oracle: the layers by hand; a neck that loses the crops is told."""
    model = detector(
        dict(type='NarrowNeck'), dict(type='LinearHead', in_channels=3)
    )
    rows = features(6)
    x = torch.from_numpy(rows).transpose(0, 1)[None]
    with torch.no_grad():
        narrow = x @ model.neck.layer.weight.T + model.neck.layer.bias
        expected = (narrow @ model.head.layer.weight[0]).mean(1)[0]
    expected = (expected + model.head.layer.bias.item()).sigmoid()
    np.testing.assert_allclose(
        score_in_chunks(model, rows)['scores'], expected, rtol=1e-5
    )
    model.neck.with_crops = False
    for run in (lambda: model(x), lambda: score_in_chunks(model, rows)):
        with pytest.raises(
            ValueError,
            match=r'NarrowNeck: .* N, T = \(1, 2, 6\), found \(1, 6, 3\)',
        ):
            run()


@pytest.mark.parametrize('length', [1, 9, 40])
def test_what_is_not_piecewise_is_scored_whole(length):
    """Oracle: the model's own test step. A chunk would cut the GRU's way."""
    model = detector(dict(type='GRUNeck'), dict(type='LinearHead'))
    rows = features(length)
    expected = offline(model, rows)
    assert [*expected] == ['scores']
    for chunk in (None, 4):
        found = score_in_chunks(model, rows, chunk)
        assert [*found] == ['scores']
        np.testing.assert_allclose(
            found['scores'], expected['scores'], rtol=1e-6
        )


@MODELS.register_module(force=True)
class RankHead(LinearHead):
    """Scores a snippet by its rank within the video."""

    needs_whole_video = True

    def predict(self, x):
        rank = super().predict(x)['scores'].argsort(1).argsort(1)
        return dict(scores=rank / rank.shape[1])


def test_a_head_may_ask_for_the_whole_video():
    """Oracle: numpy's ranks 0 to T - 1, divided by T; no piece has them all,
    and no stream."""
    model = detector(dict(type='IdentityNeck'), dict(type='RankHead'))
    rows = features(30)
    found = score_in_chunks(model, rows, 7)['scores']
    np.testing.assert_allclose(np.sort(found), np.arange(30) / 30, rtol=1e-6)
    with pytest.raises(ValueError, match='^RankHead: .*rtfm infer'):
        StreamingDetector(model, 2)


@MODELS.register_module(force=True)
class SmoothNeck(nn.Module):
    """Mean of five snippets, less the mean of the video, crops apart."""

    reach = 2

    def __init__(self, in_channels):
        super().__init__()
        self.numbers_per_snippet = 3 * in_channels

    def summarize(self, x):
        return x.sum(2, keepdim=True)

    def forward(self, x, memory=None):
        if memory is None:
            memory = x.mean(2, keepdim=True)
        padded = nn.functional.pad(x, (0, 0, self.reach, self.reach))
        return padded.unfold(2, 5, 1).mean(-1) - memory


@pytest.mark.parametrize('length, chunk', [(1, 1), (3, 2), (40, 7), (40, 1)])
def test_an_own_neck_in_pieces_scores_as_the_whole(length, chunk):
    """Oracle: the model's own test step, for what is known of the video in
    another shape than RTFM's; and of a stream's prefixes at its end."""
    model = detector(dict(type='SmoothNeck'), dict(type='LinearHead'))
    rows = features(length)
    expected = offline(model, rows)['scores']
    found = score_in_chunks(model, rows, chunk)['scores']
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    stream = StreamingDetector(model, 2)
    assert stream.latency == 2
    seen = stream.push(rows)
    last = stream.flush()
    assert [score.index for score in seen + last] == [*range(length)]
    for score in last:
        assert score.score == pytest.approx(expected[score.index], rel=1e-5)
        assert score.magnitude is score.crop_scores is score.logit is None


def test_pieces_are_as_long_as_memory_allows():
    """Oracle: by hand. 2^27 numbers allow 1024 snippets of ten crops of RTFM,
    32 of four crops at 2^20 numbers each, less 5 to either side; not fewer
    than the reach."""
    for channels in (1024, 2048):
        with torch.device('meta'):
            neck = MODELS.build(dict(type='MTN', in_channels=channels))
        for crops in (1, 5, 6, 10):
            assert piece_length(neck, crops) == CHUNK == 1024
    neck = SmoothNeck(0)
    neck.reach, neck.numbers_per_snippet = 5, 2**20
    assert piece_length(neck, 4) == 32 - 2 * 5
    assert piece_length(neck, 40) == 5
    neck.reach = 0
    assert piece_length(neck, 4000) == 1


class Peak(TorchDispatchMode):
    """Counts the bytes of all tensors that are alive at once."""

    def __init__(self):
        super().__init__()
        self.alive, self.now, self.highest = {}, 0, 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self.count(tensor.untyped_storage())
        return result

    def count(self, storage):
        key = storage._cdata
        if key not in self.alive:
            self.alive[key] = storage.nbytes()
            self.now += self.alive[key]
            self.highest = max(self.highest, self.now)
            weakref.finalize(storage, self.forget, key)

    def forget(self, key):
        self.now -= self.alive.pop(key)


@pytest.mark.parametrize(
    'options',
    [
        dict(type='MTN'),
        dict(type='MTN', with_fusion=False),
        dict(type='MTN', with_pdc=False),
        dict(type='IdentityNeck'),
    ],
)
def test_necks_hold_no_more_than_they_say(options):
    """Oracle: torch's own tensors, counted while a long piece is scored."""
    neck = MODELS.build({**options, 'in_channels': C}).eval()
    x = torch.rand(1, 2, 4000, C)
    with torch.no_grad(), Peak() as peak:
        memory = neck.summarize(x) / 4000
        neck(x, memory)
    numbers = x.numel() + peak.highest / 4
    assert numbers <= 1.05 * 2 * 4000 * neck.numbers_per_snippet
