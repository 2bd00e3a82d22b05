"""A stream of an exported detector against that of the detector itself."""

import numpy as np
import pytest

from rtfm_mmaction.apis.streaming import StreamingDetector


def assert_streams_alike(exported, detector, rows, window=None):
    """Property: snippet by snippet within 1e-5, and either goes on from the
    other's state; without a window where one is needed both are refused in
    the same words.

    Args:
        exported (OnnxDetector): Of ``detector``.
        detector (AnomalyDetector): The oracle.
        rows (np.ndarray): (T, N, C), T > 1.
        window (int, optional): See :class:`StreamingDetector`.
    """
    middle, crops = len(rows) // 2, rows.shape[1]
    streams = [
        StreamingDetector(one, crops, window) for one in (exported, detector)
    ]
    assert streams[0].latency == streams[1].latency
    scores = [stream.push(rows[:middle]) for stream in streams]
    states = [stream.state_dict() for stream in streams]
    for own, other in zip(states, reversed(states)):
        assert own.keys() == other.keys()
        np.testing.assert_array_equal(own['recent'], other['recent'])
        np.testing.assert_allclose(
            own['sum'], other['sum'], rtol=1e-5, atol=1e-5
        )
    for stream, state, found in zip(streams, reversed(states), scores):
        stream.load_state_dict(state)
        found += stream.push(rows[middle:]) + stream.flush()
    for found, expected in zip(*scores, strict=True):
        assert found.index == expected.index
        assert found.score == pytest.approx(expected.score, abs=1e-5)
        for name in ('magnitude', 'logit'):
            ours, theirs = getattr(found, name), getattr(expected, name)
            assert (ours is None) == (theirs is None)
            assert ours is None or ours == pytest.approx(
                theirs, rel=1e-5, abs=1e-5
            )
    if window is not None:
        said = []
        for one in (exported, detector):
            with pytest.raises(ValueError) as caught:
                StreamingDetector(one, crops)
            said.append(str(caught.value))
        assert said[0] == said[1]
