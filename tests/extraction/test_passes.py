"""Passes across the borders of videos."""

import numpy as np
import pytest

from rtfm_mmaction.extraction.passes import read_ahead, run_in_passes
from rtfm_mmaction.io.video import Video, VideoError
from tests.support.tiny import make_video


def sums(clips):
    """A network: (B, 2), the sums of the clip and of its first frame."""
    return np.array(
        [[clip.sum(dtype=float), clip[0].sum(dtype=float)] for clip in clips]
    )


def halves(frames):
    return [frames[:, :, :16], frames[:, :, 16:]]


@pytest.mark.parametrize('pass_size', [1, 2, 3, 5, 100])
def test_passes_are_full_and_parts_in_order(tmp_path, pass_size):
    """Videos of 2, 0 (broken), 1 and 3 snippets, two clips each.

    Oracle: a loop over videos and snippets, one clip at a time; all passes
    are full, the last one by copies.
    """
    paths = [
        make_video(tmp_path / f'{name}.mp4', frames, seed=index)
        for index, (name, frames) in enumerate(
            dict(a=35, short=5, c=16, d=50).items()
        )
    ]
    paths.insert(1, tmp_path / 'none.mp4')

    def snippets(video):
        return video.snippets(16, 'drop', (32, 24))

    expected = []
    for path in paths:
        try:
            rows = [
                np.concatenate([sums([clip]) for clip in halves(frames)])
                for frames in snippets(Video(path))
            ]
        except VideoError:
            rows = None
        expected.append((path, rows))

    sizes, found = [], []

    def network(clips):
        sizes.append(len(clips))
        return sums(clips)

    for path, kind, value in run_in_passes(
        read_ahead(paths, snippets), halves, network, pass_size
    ):
        if not found or found[-1][0] != path:
            found.append((path, []))
            assert kind == ('failed' if path.stem == 'none' else 'started')
        if kind == 'snippet':
            found[-1][1].append(value)
        if kind == 'failed':
            assert isinstance(value, VideoError) and path.name in str(value)
            found[-1] = (path, None)
        if kind == 'done':
            assert value.path == path
    assert len(found) == len(expected) == 5
    for (path, rows), (expected_path, expected_rows) in zip(found, expected):
        assert path == expected_path
        assert (rows is None) == (expected_rows is None)
        assert rows is None or np.array_equal(rows, expected_rows)
    assert sizes == [pass_size] * -(-12 // pass_size)


def test_error_of_the_network_ends_the_reader(tmp_path):
    """Oracle: no thread is left."""
    import threading

    path = make_video(tmp_path / 'a.mp4', 320)
    before = threading.active_count()

    def network(clips):
        raise RuntimeError('out of memory')

    with pytest.raises(RuntimeError, match='out of memory'):
        list(
            run_in_passes(
                read_ahead(
                    [path], lambda video: video.snippets(16, 'drop', (8, 8))
                ),
                lambda frames: [frames],
                network,
                2,
            )
        )
    assert threading.active_count() == before
