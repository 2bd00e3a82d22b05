"""Methods that see the whole video: streams of their last snippets."""

import numpy as np
import pytest
import torch

from rtfm_mmaction.apis.streaming import StreamingDetector
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.small_methods import small_model

METHODS = ('ur_dmu', 'bn_wvad', 'mgfn', 's3r')


def built(method):
    torch.manual_seed(0)
    model = small_model(method)
    if method == 's3r':
        model.neck.set_dictionary(torch.rand(3, 16))
    return model


@pytest.mark.parametrize('method', METHODS)
def test_a_snippet_is_the_last_of_its_window(method):
    """Oracle: the last snippets as a video of their own, scored offline; from
    the first snippet on, at once, and nothing is left at the end. A saved
    state goes on."""
    model, window = built(method), 4
    rows = np.random.default_rng(0).random((9, 2, 16), np.float32)
    stream = StreamingDetector(model, 2, window)
    assert stream.latency == 0
    for index, row in enumerate(rows):
        if index == 6:
            state = stream.state_dict()
            stream = StreamingDetector(model, 2, window)
            stream.load_state_dict(state)
        (found,) = stream.push(row)
        seen = rows[max(index + 1 - window, 0) : index + 1]
        expected = score_in_chunks(model, seen)
        assert found.index == index
        assert found.score == pytest.approx(expected['scores'][-1], abs=1e-6)
        assert found.logit == pytest.approx(expected['logits'][-1], abs=1e-5)
    assert stream.flush() == []
    (again,) = stream.push(rows[0])  # another video
    alone = score_in_chunks(model, rows[:1])['scores']
    assert again.score == pytest.approx(alone[0], abs=1e-6)
    other = StreamingDetector(model, 2, window + 1)
    with pytest.raises(ValueError, match=r"'recent' of shape \(4, 2, 16\)"):
        other.load_state_dict(state)


@pytest.mark.parametrize('method', METHODS)
def test_without_a_window_they_are_refused(method):
    """Oracle: the sentences, which say what to do; a window of none, too."""
    model = built(method)
    with pytest.raises(ValueError, match='has to see the whole video; .*wind'):
        StreamingDetector(model, 2)
    with pytest.raises(ValueError, match='--window: .* from 1 on.*found 0'):
        StreamingDetector(model, 2, 0)


def test_exact_streams_take_no_window():
    with pytest.raises(ValueError, match='found 8 of a MTN, whose streams'):
        StreamingDetector(built('rtfm'), 2, 8)
