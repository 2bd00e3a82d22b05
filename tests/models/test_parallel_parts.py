"""The mean of several models as one detector.

Oracle: each model by itself, and the mean written out.
"""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.apis.streaming import StreamingDetector
from rtfm_mmaction.export import OnnxDetector, export_detector
from rtfm_mmaction.models.contracts import PiecewiseNeck, piecewise_neck
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.own_parts import GRUNeck  # noqa: F401  registers it
from tests.support.streams_alike import assert_streams_alike

C = 8
RTFM = dict(type='RTFMHead', hidden_channels=())


def detector(necks, heads, mode='average'):
    """A detector of random weights, scales and statistics."""
    torch.manual_seed(0)
    built = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=C,
            neck=dict(type='ParallelNeck', necks=necks),
            head=dict(type='ParallelHead', heads=heads, crop_mode=mode),
        )
    ).eval()
    for parameter in built.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    built.neck.mean.normal_()
    built.neck.std.uniform_(0.5, 2)
    built.head.center.normal_()
    built.head.spread.uniform_(0.5, 2)
    built.head.weight.uniform_(0, 1)
    built.head.offset.fill_(0.25)
    for head in built.head.heads:
        for buffer in head.buffers():
            buffer.normal_()
    return built


def three_heads(mode='average'):
    return detector(
        [dict(type='MTN'), dict(type='IdentityNeck'), dict(type='MTN')],
        [
            dict(RTFM, branch=2, crop_mode=mode),
            dict(type='LinearSVMHead', branch=1, crop_mode=mode),
            dict(
                type='NearestNeighborHead',
                num_rows=7,
                branch=1,
                crop_mode=mode,
            ),
            dict(RTFM, branch=0, crop_mode=mode),
        ],
        mode,
    )


def features(length, crops, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(length, crops, C)).astype(np.float32)


@torch.no_grad()
@pytest.mark.parametrize('mode', ['average', 'instance'])
@pytest.mark.parametrize('length', [1, 2, 23])
def test_it_is_the_mean_of_its_models(mode, length):
    """Oracle: each neck and head run by hand, 1e-6."""
    built = three_heads(mode)
    x = features(length, 3)
    found = score_in_chunks(built, x)
    bag = torch.from_numpy(x).transpose(0, 1)[None]
    total = torch.zeros(1, length)
    for head, branch, center, spread, weight in zip(
        built.head.heads,
        built.head.branches,
        built.head.center,
        built.head.spread,
        built.head.weight,
    ):
        rows = (bag - built.neck.mean[branch]) / built.neck.std[branch]
        logits = head.predict(built.neck.necks[branch](rows))['logits']
        total += weight * (logits - center) / spread
    expected = (total - 0.25)[0].numpy()
    np.testing.assert_allclose(found['logits'], expected, atol=2e-6)
    np.testing.assert_allclose(
        found['scores'], 1 / (1 + np.exp(-expected)), atol=1e-6
    )
    assert found['crop_scores'].shape == (length, 3)


@torch.no_grad()
def test_crops_far_from_all_that_is_normal_are_told_apart():
    """Distances of many channels are above 17, where scores round to 1.
    Oracle: by hand: (distance - 40) / 2 for 40, 44 and 42."""
    built = detector(
        [dict(type='IdentityNeck')],
        [dict(type='NearestNeighborHead', num_rows=1, branch=0)],
    )
    for name, value in (('center', 40), ('spread', 2), ('weight', 1)):
        getattr(built.head, name).fill_(value)
    built.head.offset.fill_(0)
    built.head.heads[0].rows.fill_(0)
    built.neck.mean.fill_(0)
    built.neck.std.fill_(1)
    x = np.zeros((1, 3, C), np.float32)
    x[0, :, 0] = 40, 44, 42
    found = score_in_chunks(built, x)['crop_scores'][0]
    np.testing.assert_allclose(
        found, 1 / (1 + np.exp([0.0, -2.0, -1.0])), atol=1e-5
    )


@pytest.mark.parametrize('branch', [-1, 0.0, '0', True, None])
def test_a_branch_is_a_number_of_a_neck(branch):
    head = dict(type='LinearSVMHead', branch=branch)
    with pytest.raises(ValueError, match='the number of a neck'):
        detector([dict(type='IdentityNeck')], [head])


def test_a_branch_without_a_neck_is_told():
    built = detector(
        [dict(type='IdentityNeck')], [dict(type='LinearSVMHead', branch=1)]
    )
    with pytest.raises(ValueError, match='branches below 1.* found 1'):
        score_in_chunks(built, features(2, 1))


def test_widths_that_do_not_add_up_are_told():
    built = MODELS.build(
        dict(
            type='ParallelHead',
            in_channels=C,
            heads=[dict(type='LinearSVMHead', branch=0)],
            widths=[C, 3],
        )
    )
    with pytest.raises(ValueError, match=r'11 channels, .*found 8'):
        built.predict(torch.zeros(1, 1, 2, C))


def test_pieces_and_streams_score_as_the_whole():
    """Oracle: the whole video at once; a stream is the whole video up to
    there."""
    built, x = three_heads(), features(60, 2)
    whole = score_in_chunks(built, x)
    for chunk in (1, 7, 59):
        pieces = score_in_chunks(built, x, chunk)
        np.testing.assert_allclose(
            pieces['logits'], whole['logits'], atol=5e-6
        )
    stream = StreamingDetector(built, 2)
    assert isinstance(built.neck, PiecewiseNeck) and stream.latency == 5
    found = [*stream.push(x), *stream.flush()]
    for score in (found[0], found[30], found[-1]):
        seen = min(score.index + stream.latency + 1, 60)
        expected = score_in_chunks(built, x[:seen])['logits'][score.index]
        assert score.logit == pytest.approx(expected, abs=5e-6)


def test_one_that_needs_the_whole_video_is_told():
    """Oracle: a GRU that runs over the video from both ends."""
    built = detector(
        [dict(type='MTN'), dict(type='GRUNeck')],
        [dict(RTFM, branch=0), dict(RTFM, branch=1)],
    )
    assert piecewise_neck(built.neck, built.head) is None
    assert len(score_in_chunks(built, features(9, 1), 4)['scores']) == 9
    with pytest.raises(ValueError, match='ParallelNeck: expected a part'):
        StreamingDetector(built, 1)


def test_nothing_to_train_or_to_build():
    built = three_heads()
    with pytest.raises(NotImplementedError, match='rtfm fit'):
        built.head.loss(torch.zeros(1), torch.zeros(1))
    for kind in ('ParallelNeck', 'ParallelHead'):
        key = dict(ParallelNeck='necks', ParallelHead='heads')[kind]
        with pytest.raises(ValueError, match='at least one'):
            MODELS.build(dict(type=kind, in_channels=C, **{key: []}))


def test_the_graph_scores_alike(tmp_path):
    """Oracle: the detector; crops' scores are made of rounded ones."""
    built = detector(
        [dict(type='IdentityNeck'), dict(type='MTN', with_pdc=False)],
        [
            dict(type='NearestNeighborHead', num_rows=7, branch=0),
            dict(type='OneClassSVMHead', num_vectors=3, gamma=0.1, branch=0),
            dict(RTFM, branch=1),
        ],
    )
    x = features(9, 2)
    export_detector(built, tmp_path / 'd.onnx')
    exported = OnnxDetector(tmp_path / 'd.onnx')
    assert_streams_alike(exported, built, features(20, 3))
    found = exported.score(x)
    expected = score_in_chunks(built, x)
    np.testing.assert_allclose(found['logits'], expected['logits'], atol=1e-5)
    np.testing.assert_allclose(
        found['crop_scores'], expected['crop_scores'], atol=1e-4
    )
