"""D5: neither a full disk nor a state that cannot be written ends a watch."""

import os
import resource

import pytest

from rtfm_mmaction.io.frame_source import FrameSource
from tests.support.brightness import BRIGHT, DARK, make_place, write_video
from tests.support.streaming import arguments, lines_of, main


@pytest.fixture(scope='module')
def place(module_path):
    return make_place(module_path)


def test_events_wait_for_room(place, tmp_path, monkeypatch, capsys):
    """Oracle: the run with room. From frame 100 to 300 no file may grow
    beyond 10 bytes, neither the lines' nor the state's."""
    runs = (64, DARK), (64, BRIGHT), (64, DARK), (64, BRIGHT), (128, DARK)
    video = write_video(tmp_path / 'a.mp4', *runs)
    main(arguments(place, video, tmp_path / 'whole'))
    read = FrameSource.arrivals
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def filling(source):
        for arrival in read(source):
            if arrival.number in (100, 300):
                size = 10 if arrival.number == 100 else before[0]
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
            yield arrival

    monkeypatch.setattr(FrameSource, 'arrivals', filling)
    out = tmp_path / 'out'
    try:
        main(arguments(place, video, out, '--state', str(tmp_path / 's')))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    for ours, theirs in zip(
        lines_of(out), lines_of(tmp_path / 'whole'), strict=True
    ):
        assert {**ours, 'utc': 0} == {**theirs, 'utc': 0}
    assert len(lines_of(out)) == 4
    said = capsys.readouterr().err
    assert f'{out}: cannot be written to' in said
    assert f'{out}: written again' in said
    assert '/s' in said and 'the watch goes on, and tries again' in said


@pytest.mark.skipif(
    not os.path.exists('/dev/full'), reason='no device without room'
)
def test_what_never_finds_room_is_told(place, tmp_path, capsys):
    """Oracle: by hand; both lines stand in the messages."""
    video = write_video(tmp_path / 'a.mp4', (160, BRIGHT))
    with pytest.raises(SystemExit, match='/dev/full: 2 lines could not'):
        main(arguments(place, video, '/dev/full'))
    said = capsys.readouterr().err
    assert '"kind": "start"' in said and '"kind": "end"' in said
    assert 'No space left on device' in said
