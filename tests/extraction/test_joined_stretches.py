"""Features of stretches, and what they are joined to."""

import numpy as np
import pytest

from rtfm_mmaction.extraction import build_extractor, extract_videos
from rtfm_mmaction.extraction.stretches import (
    FOLDER,
    extract_stretch,
    join_stretches,
    remove_stretches,
    stretch_path,
)
from rtfm_mmaction.io.stretches import cut_up
from rtfm_mmaction.io.video import SeekError, Video
from tests.support.tiny import make_video, make_weights, tiny_config

NAME = 'cam/long'


@pytest.fixture(scope='module')
def extractor(module_path):
    return build_extractor(
        tiny_config(make_weights(module_path / 'w.pth'), tail='pad')
    )


@pytest.fixture(scope='module')
def video(module_path):
    """20 snippets and five frames."""
    return make_video(module_path / 'long.mp4', 325)


def test_bytes_are_those_of_one_run(extractor, video, tmp_path):
    """In any order, three clips of five to a pass. Oracle: one run, features
    and side-car; stretches are gone afterwards, those of an earlier cut
    too."""
    extract_videos(extractor, {NAME: video}, tmp_path / 'whole', quiet=True)
    out = tmp_path / 'joined'
    for most in (11, 6):
        stretches = cut_up(Video(video), extractor.snippet_len, most)
        for stretch in reversed(stretches):
            target = stretch_path(out, NAME, stretch)
            extract_stretch(extractor, video, target, stretch)
    join_stretches(extractor, NAME, video, out, stretches)
    for kind in ('npy', 'json'):
        assert (out / f'{NAME}.{kind}').read_bytes() == (
            tmp_path / f'whole/{NAME}.{kind}'
        ).read_bytes()
    assert (out / FOLDER).is_dir()
    remove_stretches(out, NAME)
    remove_stretches(out, 'another')
    assert [path.name for path in out.iterdir()] == ['cam']


def test_what_is_there_is_not_made_again(extractor, video, tmp_path):
    """Unless it is of other settings or insisted on. Oracle: a network that
    counts its passes."""
    stretch = cut_up(Video(video), extractor.snippet_len, 11)[1]
    target = stretch_path(tmp_path, NAME, stretch)
    passes = []
    plain = extractor.network

    def network(clips):
        passes.append(len(clips))
        return plain(clips)

    extractor.network = network
    try:
        for overwrite, runs in ((False, 1), (False, 1), (True, 2)):
            extract_stretch(extractor, video, target, stretch, overwrite)
            assert len(passes) == 28 * runs  # 11 snippets of 5 clips, by 2
        extractor.settings['tail'] = 'drop'
        extract_stretch(extractor, video, target, stretch)
        assert len(passes) == 28 * 3
    finally:
        extractor.network = plain
        extractor.settings['tail'] = 'pad'
    assert np.load(target).shape == (11, 5, 4)


def test_stretches_of_another_video_do_not_join(extractor, video, tmp_path):
    """Oracle: the second stretch is of a video of other pixels."""
    other = make_video(tmp_path / 'other.mp4', 325, seed=5)
    stretches = cut_up(Video(video), extractor.snippet_len, 11)
    for stretch, path in zip(stretches, (video, other)):
        target = stretch_path(tmp_path, NAME, stretch)
        extract_stretch(extractor, path, target, stretch)
    with pytest.raises(SeekError, match='before snippet 10 is something'):
        join_stretches(extractor, NAME, video, tmp_path, stretches)
    assert not (tmp_path / f'{NAME}.npy').exists()
