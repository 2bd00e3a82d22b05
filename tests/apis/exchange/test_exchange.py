"""Events and verdicts in files of other tools. Oracle: what these formats'
documentation says, by hand; and an independent reader of WebVTT's grammar."""

import csv
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rtfm_mmaction.apis.exchange import (
    LABELING_CONFIG,
    Mark,
    MarkedVideo,
    label_studio_tasks,
    webvtt_chapters,
)
from rtfm_mmaction.apis.result import AnomalyResult
from rtfm_mmaction.apis.result_files import ResultWriter
from rtfm_mmaction.cli import verdicts
from rtfm_mmaction.evaluation.functional.events import EventRule
from tests.support.brightness import write_video

CUE = re.compile(
    r'(?P<id>[^\n]+)\n'
    r'(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> '
    r'(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})\n'
    r'(?P<text>(?:[^\n]+\n)+)'
)


def read_webvtt(text):
    """(start, end, text) of cues, by the grammar of the specification."""
    head, *blocks = text.split('\n\n')
    assert head.rstrip('\n') == 'WEBVTT'
    cues = []
    for block in blocks:
        found = CUE.fullmatch(block.rstrip('\n') + '\n')
        assert found and '-->' not in found['id'] + found['text'], block
        assert '&' not in re.sub('&(amp|lt|gt);', '', found['text'])
        assert '<' not in found['text']
        numbers = list(map(int, found.groups()[1:9]))
        start, end = (
            3600 * h + 60 * m + s + ms / 1000
            for h, m, s, ms in (numbers[:4], numbers[4:])
        )
        assert start < end
        cues.append((start, end, found['text'].rstrip('\n')))
    return cues


def test_chapters():
    """Hours beyond 99, times that round to one, notes with line ends and what
    a reader would take for markup."""
    marks = [
        Mark(0.0004, 0.0005, score=0.5),
        Mark(59.9996, 360_000.25, 'Normal', note='a <b> & c\n\n-->'),
    ]
    text = webvtt_chapters(MarkedVideo('a', None, 25, 1e6, marks))
    assert read_webvtt(text) == [
        (0.0, 0.001, 'Abnormal, peak 0.500'),
        (60.0, 360_000.25, 'Normal: a &lt;b&gt; &amp; c --&gt;'),
    ]
    assert webvtt_chapters(MarkedVideo('a', None, 25, 9, [])) == 'WEBVTT\n'


def test_the_interface_knows_what_tasks_refer_to():
    """Property: names of tags, labels and data."""
    marks = [Mark(1, 2), Mark(3, 4, 'Normal')]
    (task,) = label_studio_tasks([MarkedVideo('a', 'a.mp4', 25, 9, marks)])
    root = ElementTree.fromstring(LABELING_CONFIG)
    control, shown = root.find('TimelineLabels'), root.find('Video')
    assert control.get('toName') == shown.get('name')
    known = {label.get('value') for label in control}
    for region in task['annotations'][0]['result']:
        assert region['from_name'] == control.get('name')
        assert region['to_name'] == shown.get('name')
        assert set(region['value']['timelinelabels']) <= known
    for key in ('value', 'frameRate'):
        assert shown.get(key)[1:] in task['data']


@pytest.fixture
def results():
    rule, found = EventRule(0.5), []
    for name, high in (('cam', [3, 4, 9]), ('events', [])):
        scores = np.full(12, 0.125)
        scores[high] = 0.75
        one = AnomalyResult(
            name, f'v/{name}.mp4', False, 25.0, 190, 16, scores, rule=rule
        )
        one.events = rule.find(scores, 0.64, 7.6)
        found.append(one)
    return found


def test_events_for_other_tools(results, tmp_path):
    """Oracle: events by hand, 1.92 to 3.2 s and 5.76 to 6.4 s; a video without
    events is there, too."""
    writer = ResultWriter(tmp_path, ['activitynet', 'label-studio', 'webvtt'])
    for one in results:
        writer.write(one)
    writer.finish({})
    assert sorted(path.name for path in writer.files) == sorted(
        path.name for path in tmp_path.iterdir()
    )
    content = json.loads((tmp_path / 'events.activitynet.json').read_text())
    assert content['version'] == 'VERSION 1.3'
    assert content['external_data']['used'] is True
    assert content['results'] == dict(
        cam=[
            dict(label='Abnormal', score=0.75, segment=[1.92, 3.2]),
            dict(label='Abnormal', score=0.75, segment=[5.76, 6.4]),
        ],
        events=[],
    )
    first, second = json.loads(
        (tmp_path / 'events.label-studio.json').read_text()
    )
    assert first['data'] == dict(video='v/cam.mp4', fps=25.0)
    (prediction,) = first['predictions']
    assert [one['value']['ranges'] for one in prediction['result']] == [
        [dict(start=49, end=80)],
        [dict(start=145, end=160)],
    ]
    assert prediction['score'] == 0.75
    assert second['predictions'][0]['result'] == []
    assert (tmp_path / 'label-studio.xml').read_text() == LABELING_CONFIG
    assert read_webvtt((tmp_path / 'cam.vtt').read_text()) == [
        (1.92, 3.2, 'Abnormal, peak 0.750'),
        (5.76, 6.4, 'Abnormal, peak 0.750'),
    ]
    # Of the video of that name, which is no table.
    (other,) = set(tmp_path.glob('*.vtt')) - {tmp_path / 'cam.vtt'}
    assert other.read_text() == 'WEBVTT\n'


def test_verdicts_for_other_tools(tmp_path):
    """Rate and length of the file that is there, of one that is not by
    assumption; refused ones are normal, or left out; cells compute
    nothing."""
    write_video(tmp_path / 'cam.mp4', (100, 30), fps=20)
    entries = [
        ('cam', str(tmp_path / 'cam.mp4'), 2.0, 4.0, 'wrong', '=1+1'),
        ('cam', str(tmp_path / 'cam.mp4'), 0.5, 1.0, 'right', ''),
        ('gone', 'gone.mp4', 1.0, 3.0, 'right', 'smoke'),
    ]
    keys = ('video', 'source', 'start', 'end', 'verdict', 'note')
    file = tmp_path / 'verdicts.json'
    file.write_text(
        json.dumps(
            dict(
                format='rtfm_mmaction.verdicts/1',
                detector=None,
                verdicts=[dict(zip(keys, entry)) for entry in entries],
            )
        )
    )
    out = tmp_path / 'out'
    verdicts.main([str(file), '--out', str(out)])
    assert {path.name for path in out.iterdir()} == {
        'verdicts.csv',
        'verdicts.activitynet.json',
        'verdicts.label-studio.json',
        'label-studio.xml',
        'cam.vtt',
        'gone.vtt',
    }
    rows = list(csv.DictReader((out / 'verdicts.csv').open()))
    assert [row['verdict'] for row in rows] == ['wrong', 'right', 'right']
    assert rows[0]['note'] == "'=1+1" and rows[0]['end'] == '4.000'
    content = json.loads((out / 'verdicts.activitynet.json').read_text())
    videos = content['database']
    assert videos['cam']['duration'] == 5.0
    assert videos['cam']['annotations'] == [
        dict(label='Abnormal', segment=[0.5, 1.0])
    ]
    assert videos['gone']['duration'] == 3.0
    cam, gone = json.loads((out / 'verdicts.label-studio.json').read_text())
    assert cam['data']['fps'] == 20 and gone['data']['fps'] == 25
    assert [
        (one['value']['ranges'][0], one['value']['timelinelabels'])
        for one in cam['annotations'][0]['result']
    ] == [
        (dict(start=11, end=20), ['Abnormal']),
        (dict(start=41, end=80), ['Normal']),
    ]
    (region,) = gone['annotations'][0]['result']
    assert region['meta'] == dict(text=['smoke'])
    assert read_webvtt((out / 'cam.vtt').read_text()) == [
        (0.5, 1.0, 'Abnormal'),
        (2.0, 4.0, 'Normal: =1+1'),
    ]


def test_verdicts_that_cannot_be_written(tmp_path):
    """One sentence; nothing is written."""
    for argv, words in (
        (['none.json', '--out', 'out'], 'none.json: expected verdicts'),
        (['none.json', '--out', 'out', '--fps', '0'], '--fps: expected more'),
        (['none.json', '--out', __file__], 'expected a folder, found a file'),
    ):
        with pytest.raises(SystemExit, match=f'verdicts: .*{words}'):
            verdicts.main(argv)
