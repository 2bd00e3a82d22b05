"""D9: tools/stream.py says why nothing came, and fails."""

import threading

import cv2
import pytest

from tests.support.brightness import BRIGHT, frames, make_place, write_video
from tests.support.streaming import arguments, lines_of, main
from tests.support.web import serve


@pytest.fixture(scope='module')
def place(module_path):
    return make_place(module_path)


def test_a_clip_shorter_than_a_snippet(place, tmp_path):
    """Oracle: by hand, 15 frames; 16 are enough."""
    out = tmp_path / 'out'
    video = write_video(tmp_path / 'short.mp4', (15, BRIGHT))
    with pytest.raises(
        SystemExit,
        match='short.mp4: expected at least 16 frames, a snippet, found 15: '
        'too short to be scored',
    ):
        main(arguments(place, video, out))
    assert lines_of(out) == []
    video = write_video(tmp_path / 'enough.mp4', (16, BRIGHT))
    main(arguments(place, video, out))
    assert len(lines_of(out)) == 2


def test_pictures_are_no_video(place, tmp_path):
    """Oracle: by hand. A picture as a file; and behind an address, where each
    connection gives one, as a camera's snapshot does."""
    picture = tmp_path / 'snapshot.jpg'
    cv2.imwrite(str(picture), next(frames((1, BRIGHT))))
    out = tmp_path / 'out'
    with pytest.raises(SystemExit, match='found 1: .*a single picture and no'):
        main(arguments(place, picture, out))
    with serve(tmp_path) as address:
        with pytest.raises(
            SystemExit,
            match='snapshot.jpg: expected a stream, found a single picture',
        ):
            main(
                arguments(
                    place,
                    f'{address}/snapshot.jpg',
                    out,
                    '--first-wait',
                    '.01',
                )
            )
    assert lines_of(out) == []
    assert threading.active_count() < 20
