"""tools/stream.py on exported files, where torch cannot be imported."""

import itertools
import re

import numpy as np
import pytest
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.export import export_backbone, export_detector
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.io.frame_source import FrameSource
from tests.support.brightness import (
    BRIGHT,
    DARK,
    MODEL,
    make_place,
    write_video,
)
from tests.support.streaming import arguments, lines_of, main
from tests.support.without_torch import memory_of, rtfm_without_torch

MOST = 400  # MiB


@pytest.fixture(scope='module')
def place(module_path):
    """A detector of brightness, exported, and a video."""
    make_place(module_path)
    model = AnomalyInferencer(
        str(module_path / 'config.py'),
        str(module_path / 'd.pth'),
        show_progress=False,
    ).model
    export_detector(model, module_path / 'd.onnx')
    extractor = build_extractor(Config.fromfile(module_path / 'extractor.py'))
    export_backbone(extractor, module_path / 'b.onnx')
    runs = (64, DARK), (64, BRIGHT), (64, DARK), (48, BRIGHT)
    write_video(module_path / 'a.mp4', *runs)
    return module_path


def exported(place, out, *more):
    """Arguments of a stream of the exported files."""
    return [
        place / 'a.mp4',
        *('--config', place / 'd.onnx', '--extractor', place / 'b.onnx'),
        *('--out', out, '--max-gap', '0', *more),
    ]


def without_time(lines):
    return [{**line, 'utc': None} for line in lines]


def test_alarms_are_those_of_the_checkpoint(place, tmp_path, monkeypatch):
    """Oracle: the same video by config and checkpoint: events and their
    times, and peaks to 1e-5. No torch, little memory; and stopped in the
    middle of an event, it goes on."""
    expected = tmp_path / 'expected.jsonl'
    main(arguments(place, place / 'a.mp4', expected, '--max-gap', '0'))
    out = tmp_path / 'small.jsonl'
    small = rtfm_without_torch('stream', *exported(place, out))
    assert small.returncode == 0, small.stderr
    assert memory_of(small) < MOST
    state = tmp_path / 'state'
    parts = exported(place, tmp_path / 'parts.jsonl', '--state', state)
    read = FrameSource.arrivals

    def stopping(source):
        yield from itertools.islice(read(source), 101)
        source.stop()  # as a signal does

    with monkeypatch.context() as patch:
        patch.setattr(FrameSource, 'arrivals', stopping)
        main([str(part) for part in parts])
    assert len(lines_of(tmp_path / 'parts.jsonl')) < 4 and state.exists()
    rest = rtfm_without_torch('stream', *parts)
    assert rest.returncode == 0, rest.stderr
    assert 'goes on behind frame 101,' in rest.stderr
    assert not state.exists()
    wanted = without_time(lines_of(expected))
    assert len(wanted) == 4
    peaks = [line.pop('peak') for line in wanted]
    for path in (out, tmp_path / 'parts.jsonl'):
        found = without_time(lines_of(path))
        np.testing.assert_allclose(
            [line.pop('peak') for line in found], peaks, atol=1e-5
        )
        assert found == wanted


def test_what_does_not_go_together_is_one_sentence(place, tmp_path):
    """The errors name the option, or the file and what it is."""
    out = tmp_path / 'events.jsonl'
    whole = ['--config', str(place / 'd.onnx')]
    for options, said in (
        ((*whole, '--checkpoint', 'd.pth'), '--checkpoint: expected none bes'),
        ((*whole, '--cfg-options', 'a=1'), '--cfg-options: expected none bes'),
        ((), '--checkpoint: expected that of a detector, or an .onnx file'),
        (
            ('--config', str(place / 'b.onnx')),
            'b.onnx: expected a detector of rtfm export, found a backbone',
        ),
        (
            (*whole, '--extractor', str(place / 'd.onnx')),
            'd.onnx: expected a backbone of rtfm export, found a detector',
        ),
        (
            (*whole, '--extractor', str(place / 'b.onnx'), '--window', '4'),
            'found 4 of a MTN, whose streams are exact',
        ),
    ):
        with pytest.raises(SystemExit, match=re.escape(said)):
            main([str(place / 'a.mp4'), '--out', str(out), *options])
    assert not out.exists()


def test_a_detector_of_other_features_leaves_no_state(place, tmp_path):
    """A state of the wrong detector would stop the right command, which is
    the oracle: it watches with the same --state. Both files are named."""
    other = tmp_path / 'other.onnx'
    export_detector(MODELS.build({**MODEL, 'in_channels': 6}), other)
    out = tmp_path / 'events.jsonl'
    right = [str(part) for part in exported(place, out)]
    right += ['--state', str(tmp_path / 'state')]
    wrong = [str(other) if part.endswith('d.onnx') else part for part in right]
    said = r'other\.onnx on \S+b\.onnx: push: .* C = 6 channels.* \(5, 4\)'
    with pytest.raises(SystemExit, match=said):
        main(wrong)
    assert not (tmp_path / 'state').exists()
    main(right)
    assert len(lines_of(out)) == 4
