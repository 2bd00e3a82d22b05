"""S3R's neck: its parts by loops, its dictionary, and odd videos."""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.models.contracts import whole_video
from rtfm_mmaction.models.necks.group_mtn import GroupNormOverTime
from rtfm_mmaction.models.necks.s3r_neck import (
    ChannelGate,
    DictionaryAttention,
)


def tiny(in_channels=8, filled=True, **kwargs):
    torch.manual_seed(0)
    neck = MODELS.build(
        dict(type='S3RNeck', in_channels=in_channels, num_rows=2, **kwargs)
    )
    neck.init_weights()
    if filled:
        neck.set_dictionary(torch.randn(2, in_channels))
    return neck


@pytest.mark.parametrize('channels, groups', [(16, 8), (4, 4), (6, 2), (3, 1)])
def test_groups_are_normalised_over_time(channels, groups):
    """Oracle: numpy's mean and deviation of each group's channels and all T,
    of each sequence by itself."""
    norm = GroupNormOverTime(channels).double()
    x = torch.randn(2, 5, channels, dtype=torch.float64)
    values = x.numpy().reshape(2, 5, groups, -1)
    mean = values.mean((1, 3), keepdims=True)
    variance = values.var((1, 3), keepdims=True)
    expected = (values - mean) / np.sqrt(variance + 1e-5)
    found = norm(x).detach().numpy()
    assert found == pytest.approx(expected.reshape(found.shape))


def test_dictionary_attention_by_loops():
    """Oracle: softmax of q k over the rows, without a scale."""
    attend = DictionaryAttention(8).double()
    x = torch.randn(2, 3, 8, dtype=torch.float64)
    rows = torch.randn(4, 8, dtype=torch.float64)
    found = attend(x, rows)
    for m in range(2):
        for t in range(3):
            query = attend.query(x[m, t])
            weights = torch.stack([query @ attend.key(row) for row in rows])
            parts = [
                weight * attend.value(row)
                for weight, row in zip(weights.softmax(0), rows)
            ]
            assert torch.allclose(found[m, t], sum(parts))


def test_the_gate_shares_out():
    """Property: both shares of a channel add up to 1, at all T the same."""
    x, y = torch.rand(2, 5, 8) + 1, torch.rand(2, 5, 8) + 1
    found = ChannelGate(8)(x, y)
    share, rest = found[..., :8] / x, found[..., 8:] / y
    assert torch.allclose(share + rest, torch.ones(2, 5, 8))
    assert torch.allclose(share, share[:, :1].expand_as(share))


@pytest.mark.parametrize('channels', [1, 3, 13])
@pytest.mark.parametrize('pairs, crops, length', [(1, 1, 1), (3, 2, 2)])
def test_any_batch_of_pairs_trains(channels, pairs, crops, length):
    """One pair, one crop, fewer snippets than K, odd C. Property: terms and
    gradients are finite."""
    neck = tiny(channels)
    head = MODELS.build(dict(type='S3RHead', in_channels=channels))
    head.init_weights()
    x = torch.rand(2 * pairs, crops, length, channels, requires_grad=True)
    labels = torch.tensor([1, 0]).repeat_interleave(pairs)
    terms = head.loss(neck(x), labels)
    assert all(value.isfinite() for value in terms.values())
    sum(v for k, v in terms.items() if 'loss' in k).backward()
    assert x.grad.isfinite().all()


def test_features_of_nought_train():
    neck = tiny()
    neck(torch.zeros(2, 1, 4, 8)).square().sum().backward()
    assert all(p.grad.isfinite().all() for p in neck.parameters())


def test_what_is_rebuilt_is_called_normal():
    """Oracle: -log(1 - s) of the mean score of crops, mean over videos of
    both kinds; Y alone decides, at any T."""
    torch.manual_seed(0)
    head = MODELS.build(dict(type='S3RHead', in_channels=4)).eval()
    x = torch.randn(4, 2, 3, 8)
    found = head.loss(x, torch.tensor([1, 0, 0, 1]))['loss_macro']
    layers = head.macro_classifier
    scores = layers(x[..., 4:].mean(2)).sigmoid()[..., 0].mean(1)
    assert found.item() == pytest.approx(-(1 - scores).log().mean().item())


def test_the_dictionary_comes_from_a_file_or_a_checkpoint(tmp_path):
    """The file is read by init_weights, or when it is needed; a checkpoint
    needs none. Oracle: what was written."""
    rows = np.arange(16, dtype=np.float32).reshape(2, 8)
    np.save(tmp_path / 'd.npy', rows)
    neck = tiny(filled=False, dictionary=str(tmp_path / 'd.npy'))
    assert np.array_equal(neck.dictionary.numpy(), rows)
    elsewhere = MODELS.build(
        dict(
            type='S3RNeck',
            in_channels=8,
            num_rows=2,
            dictionary=str(tmp_path / 'd.npy'),
        )
    )
    elsewhere(torch.rand(1, 1, 3, 8))
    assert np.array_equal(elsewhere.dictionary.numpy(), rows)
    (tmp_path / 'd.npy').unlink()
    elsewhere = MODELS.build(
        dict(type='S3RNeck', in_channels=8, num_rows=2, dictionary='gone.npy')
    )
    elsewhere.load_state_dict(neck.state_dict())
    x = torch.rand(1, 1, 3, 8)
    assert torch.equal(neck.eval()(x), elsewhere.eval()(x))
    assert whole_video(neck)


@pytest.mark.parametrize(
    'content, words',
    [
        (None, 'found no file; rtfm dictionary makes it'),
        (b'', 'cannot be read'),
        (np.zeros((2, 5)), r'float64 of shape \(2, 5\)'),
        (np.zeros(8), r'float64 of shape \(8,\)'),
        (np.zeros((3, 8)), r'float64 of shape \(3, 8\)'),
        (np.full((2, 8), 'a'), r'<U1 of shape'),
        (np.full((2, 8), np.nan), 'NaN or infinite'),
    ],
)
def test_bad_dictionaries_are_told(content, words, tmp_path):
    """One sentence, with the file and what is expected."""
    file = tmp_path / 'd.npy'
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        np.save(file, content)
    with pytest.raises((ValueError, OSError), match=words) as error:
        tiny(filled=False, dictionary=str(file))
    assert f'{file}: expected a dictionary' in str(error.value)
    assert '= (2, 8)' in str(error.value)


def test_no_dictionary_and_one_of_another_shape_are_told():
    with pytest.raises(ValueError, match='expected a dictionary.*found none'):
        tiny(filled=False)(torch.rand(1, 1, 2, 8))
    with pytest.raises(ValueError, match=r'= \(2, 8\), found \(2, 5\)'):
        tiny().set_dictionary(torch.zeros(2, 5))
