"""Where events are: tables and annotated videos of features of tiles.

The detector of brightness looks at two rows of three tiles of 32 pixels.
"""

import csv
import json

import cv2
import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.apis.result import AnomalyResult
from rtfm_mmaction.apis.result_files import ResultWriter
from rtfm_mmaction.evaluation.functional.events import Event
from rtfm_mmaction.extraction.many_videos import extract_videos
from rtfm_mmaction.visualization.annotated_video import annotate_frame
from tests.support.brightness import DARK, make_place

PLACE = ('tile', 'x', 'y', 'width', 'height')


@pytest.fixture(scope='module')
def place(module_path):
    """A detector, and a video of 192x96 that is bright in snippets 3 and 4 at
    the bottom right (tile 5), in snippet 8 at the top left (tile 0)."""
    make_place(module_path)
    config = Config.fromfile(module_path / 'extractor.py')
    config.extractor.resize = (96, 64)
    config.extractor.crops = dict(layout='tiles', size=32)
    config.dump(module_path / 'extractor.py')
    writer = cv2.VideoWriter(
        str(module_path / 'v.mp4'),
        cv2.VideoWriter_fourcc(*'mp4v'),
        25,
        (192, 96),
    )
    for index in range(160):
        frame = np.full((96, 192, 3), DARK, np.uint8)
        if 48 <= index < 80:
            frame[48:, 128:] = 255
        if 128 <= index < 144:
            frame[:48, :64] = 255
        writer.write(frame)
    writer.release()
    return module_path


@pytest.fixture(scope='module')
def inferencer(place):
    """A sixth of the tiles is bright: the mean of their scores is 1/6."""
    return AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        str(place / 'extractor.py'),
        rule=dict(high=0.15),
        show_progress=False,
    )


def rows_of(folder):
    with (folder / 'events.csv').open() as file:
        return [
            tuple(row[name] for name in PLACE) for row in csv.DictReader(file)
        ]


def test_events_say_where_they_are(place, inferencer, tmp_path):
    """Oracle: what was written into the video. Pixels are the video's, and
    not the resized frame's; a box stands there while an event lasts."""
    inferencer(
        str(place / 'v.mp4'),
        out_dir=tmp_path,
        formats=('json', 'csv', 'html', 'video'),
    )
    assert rows_of(tmp_path) == [
        ('5', '128', '48', '64', '48'),
        ('0', '0', '0', '64', '48'),
    ]
    stored = json.loads((tmp_path / 'v.json').read_text())
    assert [stored['tiles'][index] for index in (3, 4, 8)] == [5, 5, 0]
    assert [event['tile'] for event in stored['events']] == [5, 0]
    np.testing.assert_allclose(stored['crop_boxes'][5], [2 / 3, 0.5, 1, 1])
    page = (tmp_path / 'report.html').read_text()
    (entry,) = json.loads(page.split('id="data">')[1].split('</script>')[0])
    assert entry['tiles'] == stored['tiles'] and len(entry['boxes']) == 6
    reader = cv2.VideoCapture(str(tmp_path / 'v_annotated.mp4'))
    frames = [frame for _, frame in iter(reader.read, (False, None))]
    # Strips across the left edges of both boxes: a bright tile has dark
    # pixels only where a box is drawn, and a dark one bright ones.
    strips = np.s_[60:84, 129:140], np.s_[12:36, 3:12]
    for strip, inside, boxed in (
        (strips[0], range(50, 78), True),
        (strips[1], range(130, 142), True),
        (strips[1], range(50, 78), False),
        (strips[0], range(130, 142), False),
    ):
        for index in inside:
            seen = frames[index][strip]
            assert (seen.max() > 180 and seen.min() < 110) == boxed, index


def test_features_say_the_tile_alone(place, inferencer, tmp_path):
    """Property: a side-car has the extractor's settings, and no frame size;
    an array has neither."""
    from rtfm_mmaction.extraction import build_extractor

    config = Config.fromfile(place / 'extractor.py').to_dict()
    extract_videos(
        build_extractor(config), [place / 'v.mp4'], tmp_path / 'f', quiet=True
    )
    rows = np.load(tmp_path / 'f/v.npy')
    for name, given, expected in (
        (
            'file',
            str(tmp_path / 'f/v.npy'),
            [('5', *[''] * 4), ('0', *[''] * 4)],
        ),
        ('array', rows, [('',) * 5] * 2),
    ):
        inferencer(given, out_dir=tmp_path / name, formats=['csv'])
        assert rows_of(tmp_path / name) == expected


def test_the_tile_is_that_of_the_peak(tmp_path):
    """Oracle: by hand. The event's peak is in snippet 2, in the right one of
    two tiles; behind the last snippet its scores hold."""
    crop_scores = np.array([[0.1, 0], [0.7, 0.1], [0.1, 0.9], [0.2, 0.1]])
    result = AnomalyResult(
        'v',
        None,
        False,
        10.0,
        45,
        10,
        crop_scores.max(1),
        crop_scores=crop_scores,
        events=[Event(1.0, 3.0, 0.9, 2.5)],
        crop_boxes=np.array([[0, 0, 0.5, 1], [0.5, 0, 1, 1]]),
        frame_size=(101, 50),
    )
    writer = ResultWriter(tmp_path, ['csv'])
    writer.write(result)
    writer.finish({})
    assert rows_of(tmp_path) == [('1', '50', '0', '51', '50')]
    assert result.tiles.tolist() == [0, 0, 1, 0]
    assert result.tile_at(44.9) == 0 and result.box_at(20) == (0.5, 0, 1, 1)
    # What is read from its JSON says the same, scores to the float32.
    result.scores = result.scores.astype(np.float32)
    content = json.loads(json.dumps(result.to_dict()))
    again = AnomalyResult.from_dict(content, is_video=False)
    assert again.to_dict() == content
    assert again.box_at(20) == (0.5, 0, 1, 1)
    assert (again.frame_size, again.events) == ((101, 50), result.events)


def test_a_box_is_inside_of_its_tile():
    """Oracle: the pixels that a box changes, all in the right half."""
    frame = np.full((120, 200, 3), 90, np.uint8)
    plain = annotate_frame(frame, 0.5, 1, True)
    boxed = annotate_frame(frame, 0.5, 1, True, (0.5, 0, 1, 1))
    changed = np.argwhere((plain != boxed).any(-1))
    (top, left), (bottom, right) = changed.min(0), changed.max(0)
    assert 100 <= left < 110 and 190 < right < 200
    assert 0 <= top < 10 and 110 < bottom < 120
    assert (boxed[60, left : left + 4] == 255).all(-1).any()
