"""Thresholds that are learned, kept and used again (faults.md, D1)."""

import json
import runpy

import numpy as np
import pytest
import torch

from rtfm_mmaction.apis.threshold_file import read_threshold
from tests.support.brightness import BRIGHT, DARK, make_place, write_video
from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/infer.py'))['main']
stream = runpy.run_path(str(ROOT / 'tools/stream.py'))['main']


@pytest.fixture(scope='module')
def place(module_path):
    """Configs, weights, a video, and its scores."""
    make_place(module_path)
    write_video(module_path / 'new.mp4', (32, 150), (32, BRIGHT), (32, 150))
    write_video(module_path / 'n.mp4', (32, 150))
    infer(module_path, module_path / 'n.mp4', module_path / 'normal')
    return module_path


def infer(place, video, out, *more):
    main(
        [
            *(str(video), '--config', str(place / 'config.py')),
            *('--checkpoint', str(place / 'd.pth')),
            *('--extractor', str(place / 'extractor.py')),
            *('--out', str(out), '--formats', 'json', *map(str, more)),
        ]
    )


def normal(place, path, scores, seconds, **changes):
    """Scores of a normal video, each of a snippet of so many seconds, made as
    those of ``place``."""
    content = json.loads((place / 'normal/n.json').read_text())
    content.update(video=path.stem, scores=scores, seconds_per_snippet=seconds)
    content.pop('logits', None)
    for key, value in changes.items():
        if value is None:
            del content[key]
        elif isinstance(value, dict):
            content[key] = {**content[key], **value}
        else:
            content[key] = value
    path.write_text(json.dumps(content))
    return path


def test_results_say_what_they_were_made_with(place, tmp_path):
    """Oracle: another precision differs in that alone; the same once more in
    nothing; the features of the same extractor are known by their side-car,
    and of others only the detector is."""
    made = json.loads((place / 'normal/n.json').read_text())['made_with']
    assert made['dtype'] == 'fp32'
    assert len(made['detector']) == len(made['extractor']) == 64
    infer(place, place / 'n.mp4', tmp_path / 'half', '--dtype', 'bf16')
    half = json.loads((tmp_path / 'half/n.json').read_text())['made_with']
    assert half == dict(made, dtype='bf16')
    extract = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']
    features = tmp_path / 'features'
    extract(
        [
            str(place / 'extractor.py'),
            str(place / 'n.mp4'),
            '--out',
            str(features),
        ]
    )
    infer(place, features / 'n.npy', tmp_path / 'same')
    same = json.loads((tmp_path / 'same/n.json').read_text())['made_with']
    assert same == made
    (features / 'n.json').unlink()
    infer(place, features / 'n.npy', tmp_path / 'none')
    none = json.loads((tmp_path / 'none/n.json').read_text())['made_with']
    assert none == dict(detector=made['detector'], extractor=None, dtype=None)


def test_a_rate_that_a_minute_cannot_show_is_refused(place, tmp_path):
    """Oracle: the fault's own figures. A minute of normal video says nothing
    of one an hour, and the sentence says what it would take and how to
    insist; nothing is scored."""
    path = normal(place, tmp_path / 'x.json', [0.5, 1.0, 0.5], 20.0)
    options = ['--normal', path, '--false-alarms-per-hour', 1]
    with pytest.raises(
        SystemExit,
        match=r'infer: false alarms: 1 an hour \(24 a camera and day\) needs '
        r'at least 3 hours of normal video, you gave 0.0167 hours \(60 s\);'
        '.*--take-anyway',
    ):
        infer(place, place / 'new.mp4', tmp_path / 'out', *options)
    assert not (tmp_path / 'out').exists()


def test_scores_of_one_have_no_threshold_above_them(place, tmp_path, capsys):
    """Oracle: by hand. Ten hours, five of them at 1, of which 3.3 are
    allowed, and no logits tell which; who insists is told of a threshold that
    nothing reaches."""
    path = normal(place, tmp_path / 'x.json', [0.5, 1.0] * 5, 3600)
    options = ['--normal', path, '--false-alarms-per-day', 8]
    with pytest.raises(SystemExit, match='infer: --normal: expected scores b'):
        infer(place, place / 'new.mp4', tmp_path / 'out', *options)
    infer(
        place, place / 'new.mp4', tmp_path / 'out', *options, '--take-anyway'
    )
    assert 'threshold: 1.000000000001, learned' in capsys.readouterr().out


def test_a_threshold_is_kept_and_used_again(place, tmp_path, capsys):
    """Oracle: by hand. 2.4 a camera and day are 3.6 in 36 hours, so that of
    four peaks the lowest is not allowed. Both rates and the interval are
    said, that of three events in the table being 0.619 to 8.77; used again
    the threshold finds what it found when it was learned."""
    path = normal(
        *(place, tmp_path / 'x.json'),
        *([0.1, 0.9, 0.1, 0.7, 0.1, 0.6, 0.1, 0.5, 0.1], 3600 * 4),
    )
    kept = tmp_path / 't.json'
    infer(
        *(place, place / 'new.mp4', tmp_path / 'a', '--normal', path),
        *('--false-alarms-per-day', '2.4', '--save-threshold', kept),
        *('--low', 0.5, '--max-gap', 0),
    )
    said = capsys.readouterr().out
    assert 'learned for 0.1 an hour (2.4 a camera and day) at most' in said
    assert (
        'normal video: 3 events in 36 hours: 0.0833 an hour (2 a camera and '
        'day), with 95% confidence 0.0172 to 0.244 an hour'
    ) in said
    assert f'{kept}: the threshold, for --threshold' in said
    stored = read_threshold(kept)
    assert stored.rule.high == stored.rule.low == pytest.approx(0.5)
    assert (stored.rate, stored.videos) == ((3, 36.0), 1)
    infer(place, place / 'new.mp4', tmp_path / 'b', '--threshold', kept)
    said = capsys.readouterr().out
    assert f'out of {kept}, learned for 0.1 an hour' in said
    assert '3 events in 36 hours' in said
    one, other = (
        json.loads((tmp_path / name / 'new.json').read_text()) for name in 'ab'
    )
    assert one == other
    assert one['threshold'] == stored.rule.high
    assert len(one['events']) == 1


@pytest.mark.parametrize('part', ['detector', 'extractor', 'dtype'])
def test_a_threshold_of_another_make_is_refused(place, tmp_path, part, capsys):
    """Oracle: the part that differs is named, and the way to insist; it is
    the same while it is learned and out of a file."""
    path = normal(
        *(place, tmp_path / 'x.json', [0.1, 0.6], 3600 * 9),
        made_with={part: 'bf16'},
    )
    kept = tmp_path / 't.json'
    learn = ['--normal', path, '--save-threshold', kept]
    message = rf'expected a threshold for .*{part}: expected bf16, .*--take-a'
    with pytest.raises(SystemExit, match=f'infer: --normal: {message}'):
        infer(place, place / 'new.mp4', tmp_path / 'out', *learn)
    with pytest.raises(SystemExit, match=f'infer: {kept}: {message}'):
        infer(place, place / 'new.mp4', tmp_path / 'out', '--threshold', kept)
    assert not (tmp_path / 'out').exists()
    capsys.readouterr()
    infer(
        *(place, place / 'new.mp4', tmp_path / 'out'),
        *('--threshold', kept, '--take-anyway'),
    )
    assert f'of another make ({part}: expected' in capsys.readouterr().out


def test_older_scores_cannot_tell(place, tmp_path, capsys):
    """Oracle: results of before say nothing; that is told and no fault. Two
    of different make are one, whatever is scored."""
    old = normal(
        place, tmp_path / 'old.json', [0.1, 0.6], 3600 * 9, made_with=None
    )
    infer(place, place / 'new.mp4', tmp_path / 'out', '--normal', old)
    assert (
        '--normal: whether its scores are of the same make cannot be told '
        '(detector, extractor, dtype)'
    ) in capsys.readouterr().out
    other = normal(
        *(place, tmp_path / 'other.json', [0.1], 3600 * 9),
        made_with=dict(dtype='bf16'),
    )
    mine = normal(place, tmp_path / 'mine.json', [0.1], 3600 * 9)
    with pytest.raises(
        SystemExit, match='other.json: expected scores with the dtype of .*mi'
    ):
        infer(
            *(place, place / 'new.mp4', tmp_path / 'out'),
            *('--normal', old, mine, other),
        )


def test_options_that_do_not_go_together(place, tmp_path):
    """One sentence each, before anything is scored."""
    path = normal(place, tmp_path / 'x.json', [0.1, 0.6], 3600 * 9)
    kept = tmp_path / 't.json'
    infer(
        *(place, place / 'n.mp4', tmp_path / 'a', '--normal', path),
        *('--save-threshold', kept),
    )
    good = kept.read_text()
    odd = tmp_path / 'odd.json'
    for options, said in (
        (['--save-threshold', kept], '--save-threshold: expected --normal'),
        (['--threshold', kept, '--normal', path], 'expected one of both'),
        (['--threshold', kept, '--max-gap', 9], r'--max-gap: expected 2\.0'),
        (['--threshold', 'x.json'], 'x.json: expected a threshold'),
        (['--threshold', 1.5], '--threshold: expected more than 0'),
        (['--threshold', odd], 'odd.json: expected the keys version'),
    ):
        odd.write_text('{}')
        with pytest.raises(SystemExit, match=f'infer: .*{said}'):
            infer(place, place / 'n.mp4', tmp_path / 'out', *options)
    for old, new, said in (
        ('"version": 1', '"version": 2', 'of version 1, found 2'),
        ('"high": ', '"high": null, "x": ', "rule: an unknown key 'x'"),
        ('"max_gap": 2.0', '"max_gap": "2"', "rule.max_gap: '2'"),
        ('"hours": ', '"hours": -', 'found 1 events in -'),
        ('{', '[' * 100_000, 'expected JSON'),
    ):
        assert old in good
        odd.write_text(good.replace(old, new))
        with pytest.raises(ValueError, match=f'odd.json: .*{said}'):
            read_threshold(odd)
    assert not (tmp_path / 'out').exists()
    infer(
        *(place, place / 'n.mp4', tmp_path / 'out'),
        *('--threshold', kept, '--max-gap', 2),
    )
    assert np.isfinite(read_threshold(kept).rule.high)


@pytest.fixture(scope='module')
def saturated(module_path, place):
    """The same with a classifier eight times as steep: a brightness of 150
    has the logit 24, and 255 has 77, both of which score 1 in float32."""
    folder = module_path / 'steep'
    make_place(folder_of(folder))
    state = torch.load(folder / 'd.pth')
    state['state_dict']['head.classifier.0.weight'] *= 8
    torch.save(state, folder / 'd.pth')
    write_video(folder / 'n.mp4', (16, DARK), (16, 150), (32, DARK))
    infer(folder, folder / 'n.mp4', folder / 'normal')
    return folder


def folder_of(path):
    path.mkdir()
    return path


def test_peaks_of_one_are_told_apart(saturated, tmp_path, capsys):
    """Oracle: what was written into the videos, which is the fault itself:
    normal and abnormal peak at 1.000. The logits of the results tell them
    apart, the threshold lies between, and the one event is found; by scores
    alone it would be none, or all."""
    result = json.loads((saturated / 'normal/n.json').read_text())
    assert max(result['scores']) == 1
    assert 20 < max(result['logits']) < 30
    # Six times, as if it were a day, in which three alarms are allowed.
    path = normal(
        *(saturated, tmp_path / 'x.json', result['scores'] * 6, 3600),
        logits=result['logits'] * 6,
    )
    video = write_video(
        *(tmp_path / 'v.mp4', (32, DARK), (16, 150), (32, DARK)),
        *((32, BRIGHT), (48, DARK)),
    )
    kept = tmp_path / 't.json'
    infer(
        *(saturated, video, tmp_path / 'out', '--normal', path),
        *('--save-threshold', kept, '--max-gap', 0),
        *('--false-alarms-per-day', 3),
    )
    said = capsys.readouterr().out
    assert 'normal video: 0 events in 24 hours' in said
    assert '(logit 2' in said
    assert '│ 1 - ' in said
    found = json.loads((tmp_path / 'out/v.json').read_text())
    assert found['scores'].count(1) == 3
    assert [(e['start'], e['end']) for e in found['events']] == [(3.2, 4.48)]
    assert 20 < read_threshold(kept).rule.high_logit < 30
    # The stream's snippets come later, and its events are the same.
    stream(
        [
            *(str(video), '--config', str(saturated / 'config.py')),
            *('--checkpoint', str(saturated / 'd.pth')),
            *('--extractor', str(saturated / 'extractor.py')),
            *('--threshold', str(kept), '--out', str(tmp_path / 'lines')),
        ]
    )
    lines = (tmp_path / 'lines').read_text().splitlines()
    last = json.loads(lines[-1])
    assert len(lines) == 2 and last['peak'] == 1
    assert (last['start'], last['end']) == (3.2, 4.48)


def test_streams_refuse_thresholds_of_another_make(place, tmp_path):
    """Oracle: the part that differs, and smoothing, which no stream can."""
    path = normal(place, tmp_path / 'x.json', [0.1, 0.6], 3600 * 9)
    plain, smooth = tmp_path / 'plain.json', tmp_path / 'smooth.json'
    for kept, options in ((plain, []), (smooth, ['--smoothing', 20_000])):
        infer(
            *(place, place / 'n.mp4', tmp_path / 'out', '--normal', path),
            *('--save-threshold', kept, *options),
        )
    for kept, options, said in (
        (plain, ['--dtype', 'bf16'], 'dtype: expected fp32, found bf16'),
        (plain, ['--max-gap', '1'], '--max-gap: expected 2.0'),
        (smooth, [], 'without smoothing, .* over 20000 s'),
    ):
        with pytest.raises(SystemExit, match=f'stream: .*{said}'):
            stream(
                [
                    *(str(place / 'n.mp4'), '--threshold', str(kept)),
                    *('--config', str(place / 'config.py')),
                    *('--checkpoint', str(place / 'd.pth')),
                    *('--extractor', str(place / 'extractor.py'), *options),
                    *('--out', str(tmp_path / 'lines')),
                ]
            )
    assert not (tmp_path / 'lines').exists()
