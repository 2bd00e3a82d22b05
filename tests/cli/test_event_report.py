"""tools/analysis/events.py by its command."""

import json
import re
import runpy

import numpy as np
import pytest

from rtfm_mmaction.evaluation.functional.events import EventRule
from rtfm_mmaction.evaluation.predictions import write_predictions
from rtfm_mmaction.evaluation.timed_videos import read_timed_videos
from tests.support.helpers import ROOT


def run(*args):
    """Snippets of a second: 16 frames at 16 a second."""
    runpy.run_path(str(ROOT / 'tools/analysis/events.py'))['main'](
        [*map(str, args), '--fps', '16']
    )


def video(name, scores, spans=(), frames=None):
    return {
        'video': name,
        'label': int(len(spans) > 0),
        'class': 'Fire' if spans else 'Normal',
        'frames': frames,
        'abnormal_intervals': [list(span) for span in spans],
        'scores': np.array(scores),
        'magnitudes': np.zeros(len(scores)),
    }


def dump(path, *videos):
    write_predictions(path, dict(snippet_len=16), {}, list(videos))
    return path


@pytest.fixture
def judged(tmp_path):
    """Ten seconds each: [2, 6) is found as [3, 6), peak .9, and [8, 10) is
    missed; a normal video has an event of peak .6."""
    return dump(
        tmp_path / 'p.json',
        video(
            'fire',
            [0, 0, 0, 0.9, 0.9, 0.6, 0, 0, 0, 0],
            [(32, 96), (128, 160)],
        ),
        video('normal', [0, 0.6, 0, 0, 0, 0, 0, 0, 0, 0]),
    )


def cells(line):
    return line.replace('│', ' ').split()


def test_figures_are_printed_and_written(judged, tmp_path, capsys):
    """Oracle: by hand. The right event has the higher peak, an IoU of 3/4
    with one of two intervals and is a second late; one false alarm in 14
    seconds, and in 10 of normal video. A NaN is null and a dash."""
    out = tmp_path / 'out/events.json'
    run(judged, '--json', out)
    lines = capsys.readouterr().out.splitlines()
    rows = [cells(line) for line in lines]
    for iou in ('0.1', '0.2', '0.3', '0.4', '0.5'):
        assert [iou, *['0.5000'] * 4] in rows
    text = '\n'.join(lines)
    assert '2 events, 2 annotated intervals' in text
    assert 'mAP@IoU 0.5000' in text
    assert f'per hour {3600 / 14:.2f}, of normal videos 360.00' in text
    assert 'delay 1.00 s (median), 1.00 s (mean); 1 of 2 annotated' in text
    report = json.loads(out.read_text())
    assert report['rule'] == dict(
        high=0.5,
        low=0.4,
        min_length=0,
        max_gap=2,
        smoothing=0,
        smoothing_kind='median',
    )
    assert report['fps'] == 16 and report['predictions'] == str(judged)
    assert report['counts'] == dict(videos=2, events=2, intervals=2)
    assert report['metrics']['AP@0.5'] == 0.5
    assert report['metrics']['false_alarms_per_hour'] == 3600 / 14
    assert report['videos'][0] == dict(
        video='fire',
        duration=10,
        intervals=[[2, 6], [8, 10]],
        events=[dict(start=3, end=6, peak=0.9, peak_time=3.5)],
    )
    run(judged, '--threshold', '.95', '--json', out)
    text = capsys.readouterr().out
    assert ['0.1', '–', '0.0000', '0.0000', '0.0000'] in [
        cells(line) for line in text.splitlines()
    ]
    assert 'delay – s (median), – s (mean); 2 of 2' in text
    metrics = json.loads(out.read_text())['metrics']
    assert metrics['precision@0.1'] is metrics['delay_mean'] is None


@pytest.mark.parametrize(
    'options, expected',
    [
        (['--threshold', '.6', '--low', '.6'], [(3, 6), (1, 2)]),
        (['--threshold', '.65', '--low', '.65'], [(3, 5)]),
        (['--threshold', '.7'], [(3, 6)]),
        (['--min-length', '2'], [(3, 6)]),
        (['--smoothing', '3'], [(3, 6)]),
        # A peak of ten snippets' mass is far below the threshold.
        (['--smoothing', '5', '--smoothing-kind', 'gaussian'], []),
    ],
)
def test_options_make_the_events(judged, tmp_path, options, expected):
    """Oracle: by hand, of the two curves of ``judged``."""
    out = tmp_path / 'events.json'
    run(judged, *options, '--json', out)
    assert [
        (event['start'], event['end'])
        for entry in json.loads(out.read_text())['videos']
        for event in entry['events']
    ] == expected


def test_a_threshold_is_learned_from_other_videos(judged, tmp_path, capsys):
    """Oracle: by hand. Normal videos that peak at .7 and .4 allow no event up
    to .7, or with an hour's 180 events one of 20 seconds, up to .4; an
    abnormal video beside them is not learned from."""
    normal = dump(
        tmp_path / 'n.json',
        video('n0', [0, 0.7] + [0] * 8),
        video('n1', [0.4] + [0] * 9),
        video('n2', [1.0] * 10, [(0, 160)]),
    )
    for limit, learned in (('0', 0.7), ('180', 0.4)):
        out = tmp_path / f'{limit}.json'
        run(
            judged,
            '--normal',
            normal,
            '--false-alarms-per-hour',
            limit,
            '--take-anyway',
            '--low',
            '.5',
            '--json',
            out,
        )
        said = re.search(
            r'threshold: (\S+), learned', capsys.readouterr().out
        )[1]
        report = json.loads(out.read_text())
        assert report['rule']['high'] == pytest.approx(learned)
        # What was said makes the same events when it is given.
        assert float(said) == report['rule']['high']
        assert report['rule']['high'] > learned
        assert report['counts']['events'] == (1 if limit == '0' else 2)


def test_what_no_snippet_covers_is_cut(tmp_path):
    """Oracle: by hand, 16 frames a second. 3 snippets of a video of 70 frames
    reach up to second 3; of one of 40 frames up to its end; of one of unknown
    length likewise to second 3. An interval behind that is none."""
    path = dump(
        tmp_path / 'p.json',
        video('long', [0, 0, 1], [(40, 50), (60, 70)], frames=70),
        video('short', [0, 0, 1], [(36, 40)], frames=40),
        video('tiny', [0, 0, 1], [(4, 16)], frames=17),
        video('unknown', [0, 0, 1], [(40, 50)]),
    )
    videos = read_timed_videos(path, 16.0)
    assert [(v.duration, v.intervals) for v in videos] == [
        (3, [(2.5, 3)]),
        (2.5, [(2.25, 2.5)]),
        (17 / 16, [(0.25, 1)]),
        (3, [(2.5, 3)]),
    ]
    # The third snippet begins behind the tiny video's end.
    found = [[event[:2] for event in v.find(EventRule(0.5))] for v in videos]
    assert found == [[(2, 3)], [(2, 2.5)], [], [(2, 3)]]


def test_bad_input_is_one_sentence(judged, tmp_path):
    """Each names the file and what it lacks, and nothing is written."""
    normal = dump(tmp_path / 'n.json', video('normal', [0.1] * 9))
    other = dump(tmp_path / 'o.json', video('other', [0.1] * 9))
    abnormal = dump(tmp_path / 'a.json', video('a', [0.1] * 9, [(0, 9)]))
    longer = dump(
        tmp_path / 'l.json', video('long', [0.1] * 9, [(0, 9)], frames=999)
    )
    out = tmp_path / 'events.json'
    for arguments, said in (
        ([normal], 'events: .*n.json: found no annotated interval in its 1'),
        (
            [tmp_path / 'none.json'],
            'events: .*none.json: expected predictions',
        ),
        ([longer], "l.json: video 'long': found T = 9 snippets, expected"),
        (
            [judged, '--normal', normal],
            'n.json: found 1 normal videos that .*'
            'p.json has as well, normal for one, expected others',
        ),
        (
            [judged, '--normal', other],
            r'events: false alarms: 1 an hour .* needs at least 3 hours of '
            r'normal video, you gave 0.0025 hours \(9 s\)',
        ),
        ([judged, '--normal', abnormal], 'a.json: found no normal video'),
        (
            [judged, '--normal', 'x.json'],
            'events: x.json: expected predictions .* found none',
        ),
        ([judged, '--max-gap', '-1'], 'longest gap of 0 or more'),
        ([judged, '--low', '.65'], 'expected a low threshold of at most'),
    ):
        with pytest.raises(SystemExit, match=said):
            run(*arguments, '--json', out)
    assert not out.exists()


def test_25_frames_per_second_unless_told(judged, tmp_path):
    """Oracle: 160 frames are 6.4 seconds then."""
    out = tmp_path / 'events.json'
    runpy.run_path(str(ROOT / 'tools/analysis/events.py'))['main'](
        [str(judged), '--json', str(out)]
    )
    report = json.loads(out.read_text())
    assert report['videos'][0]['duration'] == 6.4


@pytest.mark.parametrize('fps', ['0', '-25', 'nan', 'inf'])
def test_impossible_frame_rates_are_refused(judged, fps):
    """One sentence."""
    main = runpy.run_path(str(ROOT / 'tools/analysis/events.py'))['main']
    with pytest.raises(SystemExit, match='events: fps: found .*, expected'):
        main([str(judged), '--fps', fps])


def test_peaks_of_one_are_ranked_by_their_logits(tmp_path, capsys):
    """Oracle: by hand (faults.md, D1). Two events of score 1: the right one
    has the higher logit and comes first, so that the average precision is 1
    and not 1/2; the threshold that the normal video teaches lies between."""
    saturated = [
        dict(
            video('fire', [0, 1.0, 0], [(16, 32)]),
            logits=np.array([-9, 30.0, -9]),
        ),
        dict(video('calm', [0, 1.0, 0]), logits=np.array([-9, 20.0, -9])),
    ]
    judged = dump(tmp_path / 'p.json', *saturated)
    out = tmp_path / 'events.json'
    run(judged, '--json', out)
    metrics = json.loads(out.read_text())['metrics']
    assert (metrics['precision@0.5'], metrics['AP@0.5']) == (0.5, 1.0)
    normal = dump(
        tmp_path / 'n.json',
        dict(video('n', [0, 1.0, 0]), logits=np.array([-9, 25.0, -9])),
    )
    run(
        *(judged, '--normal', normal, '--false-alarms-per-hour', 0),
        *('--take-anyway', '--json', out),
    )
    report = json.loads(out.read_text())
    assert 25 < report['rule']['high_logit'] < 25.001
    assert report['metrics']['precision@0.5'] == 1
    assert '(logit 25' in capsys.readouterr().out
    saturated[0]['logits'] = np.array([-9, 30.0])
    with pytest.raises(ValueError, match='fire: logits: found .2 numbers'):
        dump(judged, *saturated)
