"""The backbone in chunks: the same numbers in bounded memory."""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.models.snippet_encoder import (
    encode_clips,
    is_frozen,
    read_chunks,
)
from tests.support.joint_data import StagedBackbone, random_clips


def normalize(clips):
    return clips.double() / 127.5 - 1


def gradients(backbone, clips, **kwargs):
    """Value and gradients of a loss that mixes all clips."""
    backbone.zero_grad()
    features = encode_clips(backbone, clips, normalize, **kwargs)
    loss = (features @ features.T).softmax(1).diagonal().log().sum()
    loss.backward()
    return loss, {
        name: p.grad.clone()
        for name, p in backbone.named_parameters()
        if p.grad is not None
    }


@pytest.mark.parametrize('chunk', [1, 3, 7, 100])
@pytest.mark.parametrize('recompute', [True, False])
def test_chunks_give_loss_and_gradients_of_one_piece(chunk, recompute):
    """Oracle: all 7 clips at once, in float64."""
    backbone = StagedBackbone().double()
    clips = random_clips(7)
    loss, expected = gradients(backbone, clips)
    backbone.seen.clear()
    found, grads = gradients(backbone, clips, chunk=chunk, recompute=recompute)
    assert max(backbone.seen) == min(chunk, 7)
    assert sum(backbone.seen) == 7 * (1 + recompute)
    assert abs(found - loss) <= 1e-10 * abs(loss)
    assert grads.keys() == expected.keys()
    for name, grad in grads.items():
        torch.testing.assert_close(
            grad, expected[name], rtol=1e-10, atol=1e-12
        )


def test_frozen_stages_get_no_gradients():
    """Oracle: the gradients of the stage that is trained do not change."""
    backbone = StagedBackbone().double()
    clips = random_clips(5)
    _, expected = gradients(backbone, clips)
    frozen = StagedBackbone(frozen_stages=0).double()
    frozen.load_state_dict(backbone.state_dict())
    _, found = gradients(frozen, clips, chunk=2)
    assert set(found) == {'stage.weight', 'stage.bias'}
    for name, grad in found.items():
        torch.testing.assert_close(
            grad, expected[name], rtol=1e-10, atol=1e-12
        )


def saved_bytes(count, **kwargs):
    """Bytes that the graph adds to clips and weights until it is used."""
    storages = {}

    def note(tensor):
        storage = tensor.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    backbone = StagedBackbone()
    clips = random_clips(count, size=64)
    known = {
        x.untyped_storage().data_ptr() for x in (clips, *backbone.parameters())
    }
    with torch.autograd.graph.saved_tensors_hooks(note, lambda x: x):
        encode_clips(
            backbone, clips, lambda x: x.float(), **kwargs
        ).sum().backward()
    return sum(size for at, size in storages.items() if at not in known)


def test_activations_of_all_clips_are_never_kept():
    """Oracle: what autograd saves. Of 4 and of 32 clips: in one piece eight
    times as much, in chunks of 2 nothing."""
    whole = [saved_bytes(count) for count in (4, 32)]
    assert whole[0] >= 4 * 3 * 2 * 64 * 64 * 4  # the stem's float input
    assert 7 < whole[1] / whole[0] < 9
    assert saved_bytes(32, chunk=2) < whole[0] / 100
    assert saved_bytes(32, chunk=2, recompute=False) > whole[1] / 2


def test_a_frozen_backbone_keeps_no_graph():
    """Property: features that need no gradient, and nothing computed twice."""
    backbone = StagedBackbone(frozen_stages=1)
    assert is_frozen(backbone) and not is_frozen(StagedBackbone(0))
    for chunk in (None, 3):
        features = encode_clips(
            backbone, random_clips(7), lambda x: x.float(), chunk
        )
        assert not features.requires_grad
    assert backbone.seen == [7, 3, 3, 1]


def test_output_is_averaged_over_time_and_place():
    """Oracle: numpy's mean of the backbone's own output; float32 of bf16."""
    backbone = StagedBackbone()
    clips = random_clips(2)
    expected = backbone(clips.float().permute(0, 4, 1, 2, 3))
    found = encode_clips(backbone, clips, lambda x: x.float())
    np.testing.assert_allclose(
        found.detach(), expected.detach().numpy().mean((2, 3, 4)), atol=1e-6
    )
    with torch.autocast('cpu', torch.bfloat16):
        half = encode_clips(backbone, clips, lambda x: x.float(), chunk=1)
        half.sum().backward()
    assert half.dtype is torch.float32
    assert torch.allclose(half, found, atol=0.05)
    assert not torch.equal(half, found)
    assert torch.isfinite(backbone.stem.weight.grad).all()


@pytest.mark.parametrize('depth', [2, 5])
def test_bfloat16_gradients_of_deep_kernels(depth):
    """Oracle: those of float32, within the rounding of 8 bits; oneDNN leaves
    some of them unwritten where the kernel is deeper than the clip."""
    backbone = torch.nn.Conv3d(3, 32, 3, padding=1)
    clips = random_clips(4)[:, [0, 1] * 2 + [0]][:, :depth]
    grads = {}
    for half in (True, False):
        for _ in range(5):
            # What freed memory holds then.
            junk = [torch.full((n,), 1e30) for n in (10**4, 10**5)]
            del junk
            backbone.zero_grad()
            with torch.autocast('cpu', torch.bfloat16, enabled=half):
                encode_clips(
                    backbone, clips, lambda x: x / 255.0, chunk=2
                ).square().sum().backward()
            grad = backbone.weight.grad
            grads.setdefault(half, grad)
            scale = grad.abs().max()
            assert (grads[half] - grad).abs().max() <= 1e-6 * scale
    assert (grads[True] - grads[False]).abs().max() <= 0.03 * scale


def test_output_that_is_no_array_is_told(monkeypatch):
    """Oracle: one error with the network's name."""
    monkeypatch.setattr(StagedBackbone, 'forward', lambda self, x: [x])
    with pytest.raises(ValueError, match='StagedBackbone: .*found list'):
        encode_clips(StagedBackbone(), random_clips(1), lambda x: x.float())


@pytest.mark.parametrize(
    'chunk, sizes', [(None, [3, 3]), (2, [2, 2, 2]), (4, [4, 2]), (100, [6])]
)
def test_clips_of_a_video_are_put_together(chunk, sizes):
    """Oracle: by hand, two snippets of three crops; the order stays."""
    snippets = [
        [np.full((2, 4, 4, 3), 3 * t + n, np.uint8) for n in range(3)]
        for t in range(2)
    ]
    chunks = list(read_chunks(iter(snippets), chunk))
    assert [len(part) for part in chunks] == sizes
    assert torch.cat(chunks)[:, 0, 0, 0, 0].tolist() == list(range(6))


def test_checkpoints_inside_mmactions_network():
    """``with_cp`` of mmaction2's ResNet3d goes with chunks.

    Oracle: the same network without it, in one piece, in float64.
    """
    config = dict(
        type='ResNet3d',
        depth=18,
        pretrained=None,
        pretrained2d=False,
        base_channels=4,
        inflate=(1, 1, 1, 1),
        norm_cfg=dict(type='GN', num_groups=2),
        zero_init_residual=False,
    )
    plain = MODELS.build(config).double()
    plain.init_weights()
    inner = MODELS.build(dict(config, with_cp=True)).double()
    inner.load_state_dict(plain.state_dict())
    clips = random_clips(3, size=32)
    loss, expected = gradients(plain, clips)
    found, grads = gradients(inner, clips, chunk=2)
    assert abs(found - loss) <= 1e-10 * abs(loss)
    assert grads.keys() == expected.keys()
    for name, grad in grads.items():
        torch.testing.assert_close(grad, expected[name], rtol=1e-8, atol=1e-12)
