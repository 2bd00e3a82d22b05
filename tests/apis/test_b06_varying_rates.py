"""B6: events of a video whose frame rate varies, at the frames' own times.

The video has 48 dark frames at 10 a second, 32 bright ones at 40 a second and
48 dark ones at 20 a second: it is bright from 4.8 s to 5.6 s of 8 s.
"""

import csv
import json

import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.apis.explanation import explain, load_explained
from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.apis.online_events import OnlineEvents
from rtfm_mmaction.apis.streaming import FrameStream
from rtfm_mmaction.apis.watching import Watch
from rtfm_mmaction.extraction import build_extractor, extract_videos
from rtfm_mmaction.io.frame_source import FrameSource
from tests.support.av_videos import decode, encode
from tests.support.brightness import BRIGHT, DARK, frames, make_place

RUNS = ((48, DARK), (32, BRIGHT), (48, DARK))
STEPS = np.repeat([1 / 10, 1 / 40, 1 / 20], [48, 32, 48])
TIMES = np.concatenate([[0], np.cumsum(STEPS)])  # of 128 frames, and the end
EDGES = [0, 1.6, 3.2, 4.8, 5.2, 5.6, 6.4, 7.2, 8]
FPS = 127 / TIMES[127]


@pytest.fixture(scope='module')
def place(module_path):
    """Configs, weights and the video."""
    encode(module_path / 'phone.mp4', frames(*RUNS), times=TIMES[:-1], bf='0')
    return make_place(module_path)


@pytest.fixture(scope='module')
def inferencer(place):
    """A detector of brightness."""
    return AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        extractor=str(place / 'extractor.py'),
        show_progress=False,
    )


@pytest.fixture(scope='module')
def written(place, inferencer):
    """The folder of results, and the result."""
    found = inferencer(
        str(place / 'phone.mp4'),
        return_datasamples=True,
        out_dir=place / 'out',
        formats=('json', 'csv', 'plot', 'html', 'video'),
        report_videos='copy',
    )
    assert found['failed'] == {}
    return place / 'out', found['predictions'][0]


def test_events_and_snippets_are_at_the_frames_times(written):
    """Oracle: by hand."""
    _, result = written
    (event,) = result.events
    # The end of the last frame is not told by the file, but by the mean rate.
    assert (event.start, event.end) == (4.8, 5.6)
    assert event.peak_time in (5.0, 5.4)
    assert result.fps == pytest.approx(FPS, rel=0.01)
    np.testing.assert_allclose(
        result.snippet_times, [*EDGES[:-1], 7.95 + 1 / result.fps], atol=1e-3
    )
    assert result.note == (
        'its frame rate varies: times are those of the frames themselves, of '
        f'{result.fps:.6g} frames/s on average'
    )


def test_files_hold_these_times(written):
    """Oracle: the result, and by hand: the bright frames are 48 to 79."""
    out, result = written
    content = json.loads((out / 'phone.json').read_text())
    assert content['snippet_times'] == result.snippet_times.tolist()
    (row,) = csv.DictReader((out / 'events.csv').read_text().splitlines())
    assert (row['start'], row['end']) == ('4.800', '5.600')
    assert (row['start_frame'], row['end_frame']) == ('48', '80')
    page = (out / 'report.html').read_text()
    data = page.split('id="data">')[1].split('</script>')[0]
    (entry,) = json.loads(data)
    assert entry['times'] == content['snippet_times'][:-1]
    assert entry['duration'] == content['snippet_times'][-1]
    (event,) = entry['events']
    assert event['picture'].startswith('data:image/jpeg')


def test_the_annotated_video_keeps_the_time(written):
    """Oracle: the frames as another reader has them: bright in their time."""
    out, result = written
    pictures, times = decode(out / 'phone_annotated.mp4')
    bright = [
        time
        for time, picture in zip(times, pictures)
        if picture[10:38, 10:54].mean() > 128
    ]
    step = 1 / result.fps
    assert min(bright) == pytest.approx(4.8, abs=step)
    assert max(bright) + step == pytest.approx(5.6, abs=step)
    assert times[-1] + step == pytest.approx(8, abs=2 * step)


def test_features_give_the_same_events(place, inferencer, written):
    """Oracle: the video itself, by way of the side-car."""
    _, result = written
    config = Config.fromfile(place / 'extractor.py')
    extract_videos(
        build_extractor(config.to_dict()),
        [place / 'phone.mp4'],
        place / 'features',
        quiet=True,
    )
    record = json.loads((place / 'features/phone.json').read_text())
    assert record['video']['snippet_ms'][:-1] == [
        1600, 1600, 1600, 400, 400, 800, 800
    ]  # fmt: skip
    found = inferencer(
        str(place / 'features/phone.npy'), return_datasamples=True
    )['predictions'][0]
    assert found.events == result.events and found.note == result.note
    np.testing.assert_array_equal(found.snippet_times, result.snippet_times)


def test_what_the_user_says_wins(place, inferencer):
    """Oracle: by hand, at 10 frames/s, of the video and of its features."""
    slow = AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        extractor=str(place / 'extractor.py'),
        fps=10,
        show_progress=False,
    )
    paths = [place / 'phone.mp4']
    if (place / 'features/phone.npy').exists():
        paths.append(place / 'features/phone.npy')
    for path in paths:
        (result,) = slow(str(path), return_datasamples=True)['predictions']
        (event,) = result.events
        assert (event.start, event.end) == pytest.approx((4.8, 8.0))
        assert result.snippet_times is None and result.duration == 12.8
        assert 'snippet_times' not in result.to_dict()


def test_explanations_are_at_these_times(place):
    """Oracle: by hand. 5.3 s lie in snippet 4, from 5.2 s to 5.6 s."""
    inferencer = load_explained(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        str(place / 'extractor.py'),
    )
    found = explain(inferencer, str(place / 'phone.mp4'), at=[5.3])
    (snippet,) = found.snippets
    assert snippet.index == 4
    assert (snippet.start, snippet.end) == (5.2, 5.6)


def test_a_stream_of_the_file_tells_these_times(inferencer, place):
    """Oracle: by hand."""
    source = FrameSource(str(place / 'phone.mp4'), note=lambda _: None)
    watching = Watch(
        FrameStream(inferencer.pipeline, inferencer.model),
        OnlineEvents(0.5, 0.4),
        source.fps,
        source.seconds_at,
    )
    news = [item for frame in source.frames() for item in watching.push(frame)]
    news += watching.end()
    assert [item.kind for item in news] == ['start', 'end']
    assert news[1].start == pytest.approx(4.8, abs=1e-3)
    assert news[1].end == pytest.approx(5.6, abs=1e-3)


def test_an_even_rate_says_nothing_of_times(place, inferencer, tmp_path):
    """Property: the keys are not there."""
    path = encode(tmp_path / 'even.mp4', frames((48, DARK)))
    (result,) = inferencer(str(path), return_datasamples=True)['predictions']
    assert result.note == '' and result.snippet_times is None
    assert {'snippet_times', 'clock_jumps'}.isdisjoint(result.to_dict())
