"""Necks that take each crop as a sequence of its own, a few at a time."""

import pytest
import torch

from rtfm_mmaction.models.necks import by_sequence
from tests.support.small_methods import CHANNELS, small_model

# Method -> D of its neck.
METHODS = dict(ur_dmu=8, mgfn=8, s3r=2 * CHANNELS)


def small_neck(method):
    """In float64: of one snippet, group norms blow up what is rounded."""
    neck = small_model(method).neck.double()
    if method == 's3r':
        neck.set_dictionary(torch.randn(3, CHANNELS))
    return neck


@pytest.mark.parametrize('method', METHODS)
@pytest.mark.parametrize('crops, length', [(1, 1), (3, 2), (1, 9)])
def test_any_video_is_scored_as_by_itself(method, crops, length, monkeypatch):
    """Property: of a batch each video, and each crop, comes out as alone.
    Oracle of a budget for one sequence at a time: the pass with gradients,
    which takes all at once."""
    neck = small_neck(method)
    x = torch.rand(2, crops, length, CHANNELS, dtype=torch.float64)
    expected = neck(x)
    assert expected.shape == (2, crops, length, METHODS[method])
    with torch.no_grad():
        together = neck(x)
        assert torch.allclose(together, expected)
        assert torch.allclose(neck(x[1:, :1])[0], together[1, :1])
        monkeypatch.setattr(by_sequence, 'BUDGET', 1)
        assert torch.allclose(neck(x), expected)


@pytest.mark.parametrize('method', METHODS)
def test_other_features_are_refused(method):
    """One sentence, with the neck's name."""
    neck = small_neck(method)
    name = type(neck).__name__
    message = f'^{name}: found features of C = 5, but the .*in_channels = 16$'
    with pytest.raises(ValueError, match=message):
        neck(torch.rand(1, 1, 2, 5))
