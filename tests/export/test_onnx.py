"""ONNX files of detectors and backbones, against the models themselves."""

import json
import subprocess
import sys

import numpy as np
import onnx
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from rtfm_mmaction.apis.inferencer import AnomalyInferencer
from rtfm_mmaction.apis.streaming import StreamingDetector
from rtfm_mmaction.export import (
    OnnxBackbone,
    OnnxDetector,
    export_backbone,
    export_detector,
    exporting,
    onnx_extractor,
)
from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.models.backbones import inception_i3d
from rtfm_mmaction.models.necks import IdentityNeck
from tests.support.brightness import BRIGHT, DARK, make_place, write_video
from tests.support.helpers import ROOT
from tests.support.random_detectors import (
    CHANNELS,
    FORMS,
    build,
    features,
    offline,
)
from tests.support.streams_alike import assert_streams_alike
from tests.support.tiny import make_weights, tiny_config

LENGTHS = (1, 2, 3, 8, 9, 31, 64, 65, 100, 500)
CROPS = (1, 5, 10)


def assert_same(found, expected):
    """All arrays of two dicts within 1e-4."""
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert found[key].dtype == np.float32
        assert found[key].shape == value.shape
        np.testing.assert_allclose(found[key], value, atol=1e-4, rtol=0)


@pytest.fixture(scope='module')
def place(module_path):
    """A detector of brightness as checkpoint and as ONNX files."""
    make_place(module_path)
    write_video(module_path / 'a.mp4', (64, DARK), (32, BRIGHT), (39, DARK))
    inferencer = AnomalyInferencer(
        str(module_path / 'config.py'),
        str(module_path / 'd.pth'),
        extractor=str(module_path / 'extractor.py'),
        show_progress=False,
    )
    export_detector(inferencer.model, module_path / 'd.onnx')
    # The inferencer's own has to stay as it is.
    export_backbone(
        build_extractor(Config.fromfile(module_path / 'extractor.py')),
        module_path / 'b.onnx',
    )
    return module_path


# Each part of a graph, in as few graphs as hold them all: recording one takes
# seconds. MTN's sum without fusion, PDC and TSA; its fusion, standardised
# features and instances; neither PDC nor TSA; one of them alone; no neck, and
# the other head.
SULTANI = dict(
    neck=dict(type='IdentityNeck'),
    head=dict(type='RTFMHead', hidden_channels=(512, 32), num_relu=1),
)
EXPORTED = dict(
    {
        name: FORMS[name]
        for name in ('paper', 'instances', 'neither', 'tsa_alone')
    },
    sultani=SULTANI,
)


@pytest.mark.parametrize('form', EXPORTED)
def test_a_detector_says_the_same(form, tmp_path, monkeypatch):
    """Oracle: the model's own test step, the whole video at once; one file
    for all lengths and crops. The model can be trained on, its weights are
    its own."""
    monkeypatch.setitem(FORMS, form, EXPORTED[form])
    detector = build(form)
    before = {k: v.clone() for k, v in detector.state_dict().items()}
    assert export_detector(detector, tmp_path / 'd.onnx') < 1e-4
    assert all(p.requires_grad for p in detector.parameters())
    for key, value in detector.state_dict().items():
        assert torch.equal(value, before[key])
    exported = OnnxDetector(tmp_path / 'd.onnx')
    assert exported.in_channels == CHANNELS
    # All of it is in one file.
    assert [path.name for path in tmp_path.iterdir()] == ['d.onnx']
    for length in LENGTHS:
        for crops in CROPS:
            rows = features(length, crops, seed=length)
            assert_same(exported.score(rows), offline(detector, rows))
    assert_streams_alike(exported, detector, features(23, 3))


# Settings of the head that play no part in scoring.
TRAINING = ('loss_', 'num_selected', 'select_', 'dropout', 'feature_dropout')
METHODS = ('ur_dmu', 'bn_wvad', 'mgfn', 's3r')
SHIPPED = sorted(
    path.stem
    for path in (ROOT / 'configs').glob('*.py')
    if '-joint_' not in path.stem  # these score videos
    # Each of these has a graph of its own, see test_exported_methods.py.
    and not path.stem.startswith(METHODS)
)


def settings_in(model):
    """What decides over a model's graph, as (part, key, value)."""
    found = set()
    for part in ('neck', 'head', 'data_preprocessor'):
        for key, value in (model.get(part) or {}).items():
            # The type may be inherited from the detector's own default.
            if key != 'type' or part != 'data_preprocessor':
                found.add((part, key, str(value)))
    return found


@pytest.mark.parametrize('name', SHIPPED)
def test_shipped_models_are_made_of_what_was_exported(name):
    """Oracle: the graphs above hold each setting of a model on features."""
    model = Config.fromfile(ROOT / 'configs' / f'{name}.py').model.to_dict()
    assert model.get('backbone') is None
    exported = set().union(*map(settings_in, EXPORTED.values()))
    assert {
        (part, key, value)
        for part, key, value in settings_in(model)
        if not (part == 'head' and key.startswith(TRAINING))
    } <= exported | {('head', 'type', 'RTFMHead')}


def test_the_axes_have_names(place):
    """Oracle: the file itself, read by onnx."""
    graph = onnx.load(place / 'd.onnx').graph
    # What need not be given has a default.
    defaults = {value.name for value in graph.initializer}
    assert [
        value.name for value in graph.input if value.name not in defaults
    ] == ['features']
    shapes = {
        value.name: [
            dim.dim_param or dim.dim_value
            for dim in value.type.tensor_type.shape.dim
        ]
        for value in (*graph.input, *graph.output)
    }
    assert shapes == dict(
        features=['T', 'N', 4],
        memory=['N', 1, 1],
        own=[],
        summary=['N', 1, 1],
        scores=['T'],
        magnitudes=['T'],
        crop_scores=['T', 'N'],
        logits=['T'],
    )


BLOCKS = ('Mixed_3b', 'Mixed_4b')
BACKBONES = dict(
    # Odd sizes, so that SAME padding is asymmetric on all axes.
    inception=(dict(type='InceptionI3D'), 11, 45),
    resnet=(
        dict(
            type='ResNet3d',
            depth=50,
            stage_blocks=(1, 1),
            num_stages=2,
            out_indices=(1,),
            spatial_strides=(1, 2),
            temporal_strides=(1, 1),
            dilations=(1, 1),
            base_channels=16,
            pretrained=None,
            pretrained2d=False,
            conv1_kernel=(5, 7, 7),
            conv1_stride_t=2,
            pool1_stride_t=2,
            inflate=((1,), (0,)),
            zero_init_residual=False,
        ),
        16,
        32,
    ),
    frames=(
        dict(
            type='FrameAverage',
            backbone=dict(
                type='ResNet',
                depth=18,
                num_stages=2,
                out_indices=(1,),
                strides=(1, 2),
                dilations=(1, 1),
                pretrained=None,
                norm_eval=False,
            ),
        ),
        8,
        32,
    ),
)


@pytest.mark.parametrize('name', BACKBONES)
def test_a_backbone_says_the_same(name, tmp_path, monkeypatch):
    """Oracle: the extractor's network, relative to the largest feature."""
    # All that there is in a graph; the last stage has nothing of its own.
    first = {name: inception_i3d.BLOCKS[name] for name in BLOCKS}
    monkeypatch.setattr(inception_i3d, 'BLOCKS', first)
    model, length, size = BACKBONES[name]
    extractor = build_extractor(
        dict(
            model=model,
            extractor=dict(
                snippet_len=length,
                resize=(size, size),
                mean=[120, 110, 100],
                std=[60, 55, 50],
                crops=dict(layout='whole', size=size),
            ),
        ),
        random=True,
    )
    for module in extractor.network.network.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            torch.nn.init.uniform_(module.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.05, 0.2)
    export_backbone(extractor, tmp_path / 'b.onnx')
    exported = OnnxBackbone(tmp_path / 'b.onnx')
    for count in (1, 2, 5):
        clips = np.random.default_rng(count).integers(
            256, size=(count, length, size, size, 3), dtype=np.uint8
        )
        expected = extractor.network(list(clips))
        found = exported(list(clips))
        assert found.dtype == np.float32 and found.shape == expected.shape
        np.testing.assert_allclose(
            found, expected, rtol=0, atol=1e-4 * np.abs(expected).max()
        )
    # Clips that differ have features that differ: the above says something.
    assert np.ptp(expected, axis=0).max() > 1e-3 * np.abs(expected).max()


def test_a_backbone_file_is_an_extractor(tmp_path):
    """Oracle: the extractor that it was made of: features, settings and
    side-car of a video; nothing is left at its default."""
    config = tiny_config(
        make_weights(tmp_path / 'w.pth'),
        snippet_len=8,
        tail='pad',
        mean=[1, 2, 3],
        std=[4, 5, 6],
        interpolation='bicubic',
        crops=dict(layout='ten', size=32),
    )
    extractor = build_extractor(config)
    export_backbone(extractor, tmp_path / 'b.onnx')
    exported = onnx_extractor(tmp_path / 'b.onnx', batch_size=3)
    assert exported.batch_size == 3
    write_video(tmp_path / 'v.mp4', (5, DARK), (15, BRIGHT))
    expected = extractor.extract(tmp_path / 'v.mp4')
    found = exported.extract(tmp_path / 'v.mp4')
    assert found.shape == (3, 10, 4)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert json.dumps(exported.settings) == json.dumps(extractor.settings)
    assert exported.weights_file == extractor.weights_file == 'w.pth'


def test_videos_are_scored_without_any_model(place, monkeypatch):
    """Oracle: the inferencer of config and checkpoint. With the files alone
    no model is built and no module of torch runs."""
    inputs = [str(place / 'a.mp4'), features(70, 3)[..., :4]]
    expected = AnomalyInferencer(
        str(place / 'config.py'),
        str(place / 'd.pth'),
        extractor=str(place / 'extractor.py'),
        show_progress=False,
    )(inputs, return_datasamples=True)['predictions']

    def fail(*_, **__):
        raise AssertionError('a model')

    monkeypatch.setattr(MODELS, 'build', fail)
    monkeypatch.setattr(torch.nn.Module, '__call__', fail)
    outcome = AnomalyInferencer(
        str(place / 'd.onnx'),
        extractor=str(place / 'b.onnx'),
        show_progress=False,
    )(inputs, return_datasamples=True)
    assert outcome['failed'] == {}
    for found, wanted in zip(outcome['predictions'], expected):
        assert found.video == wanted.video
        for name in ('scores', 'magnitudes', 'crop_scores', 'logits'):
            np.testing.assert_allclose(
                getattr(found, name), getattr(wanted, name), atol=1e-5
            )
        assert [(event.start, event.end) for event in found.events] == [
            (event.start, event.end) for event in wanted.events
        ]
    assert expected[0].events


def test_mmaction2s_models_are_not_imported(place):
    """Oracle: the modules of a process that scores a video from the files."""
    program = (
        'import sys\n'
        'from rtfm_mmaction.apis import AnomalyInferencer\n'
        'detector, backbone, video = sys.argv[1:]\n'
        'outcome = AnomalyInferencer(detector, extractor=backbone,\n'
        '                            show_progress=False)(video)\n'
        'assert len(outcome["predictions"][0]["scores"]) == 8\n'
        'assert "mmaction.models" not in sys.modules\n'
    )
    subprocess.run(
        [
            sys.executable,
            '-c',
            program,
            *(str(place / name) for name in ('d.onnx', 'b.onnx', 'a.mp4')),
        ],
        check=True,
        cwd=ROOT,
    )


def test_wrong_features_are_refused(place):
    """Property: one sentence that names what is wrong, from the inferencer
    with the input's name."""
    detector = OnnxDetector(place / 'd.onnx')
    for shape in ((5, 1, 3), (5, 4), (5,), ()):
        with pytest.raises(ValueError, match='C = 4, found'):
            detector.score(np.zeros(shape, np.float32))
    for shape in ((0, 1, 4), (3, 0, 4)):
        with pytest.raises(ValueError, match='at least one snippet'):
            detector.score(np.zeros(shape, np.float32))
    # Other floats are taken as they are.
    rows = features(9, 2)[..., :4].astype(np.float16)
    assert_same(
        detector.score(rows[::2]), detector.score(rows[::2].astype(np.float32))
    )
    outcome = AnomalyInferencer(str(place / 'd.onnx'), show_progress=False)(
        np.zeros((3, 1, 5), np.float32)
    )
    assert 'array-0: features: expected' in outcome['failed']['array-0']


def test_wrong_files_are_refused(place, tmp_path):
    """Property: each by name, and what it is instead."""
    with pytest.raises(FileNotFoundError, match='none.onnx: no such'):
        OnnxDetector(tmp_path / 'none.onnx')
    (tmp_path / 'text.onnx').write_text('no model')
    torn = (place / 'd.onnx').read_bytes()
    (tmp_path / 'torn.onnx').write_bytes(torn[: len(torn) // 2])
    (tmp_path / 'empty.onnx').write_bytes(b'')
    for name in ('text', 'torn', 'empty'):
        with pytest.raises(ValueError, match=f'{name}.onnx: expected an ONNX'):
            OnnxDetector(tmp_path / f'{name}.onnx')
    with pytest.raises(ValueError, match='a detector of .*, found a backbone'):
        OnnxDetector(place / 'b.onnx')
    with pytest.raises(ValueError, match='a backbone of .*, found a detector'):
        AnomalyInferencer(
            str(place / 'd.onnx'), extractor=str(place / 'd.onnx')
        )
    model = onnx.load(place / 'd.onnx')
    metadata = model.metadata_props[0].value
    model.metadata_props[0].value = metadata.replace(
        '"format": 1', '"format": 2'
    )
    onnx.save(model, tmp_path / 'later.onnx')
    with pytest.raises(ValueError, match='format 1 .*, found 2'):
        OnnxDetector(tmp_path / 'later.onnx')
    facts = json.loads(metadata)
    del facts['stream']  # as before streams took such files
    model.metadata_props[0].value = json.dumps(facts)
    onnx.save(model, tmp_path / 'earlier.onnx')
    earlier = OnnxDetector(tmp_path / 'earlier.onnx')
    rows = features(9, 2)[..., :4]
    assert_same(
        earlier.score(rows), OnnxDetector(place / 'd.onnx').score(rows)
    )
    for window in (None, 4):
        with pytest.raises(ValueError, match='earlier.onnx: .* export it ag'):
            StreamingDetector(earlier, 2, window)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / 'other.onnx')
    with pytest.raises(ValueError, match='found another model'):
        OnnxDetector(tmp_path / 'other.onnx')


def test_what_a_file_cannot_do_is_refused(place, monkeypatch):
    """Property: arguments that would do nothing, and devices that are not
    there, are named."""
    model, backbone = str(place / 'd.onnx'), str(place / 'b.onnx')
    with pytest.raises(ValueError, match='weights: expected none beside'):
        AnomalyInferencer(model, 'w.pth')
    with pytest.raises(ValueError, match='cfg_options: expected none beside'):
        AnomalyInferencer(model, cfg_options=dict(a=1))
    with pytest.raises(ValueError, match='expected dtype fp32.*found bf16'):
        AnomalyInferencer(model, extractor=backbone, dtype='bf16')
    import onnxruntime

    monkeypatch.setattr(
        onnxruntime,
        'get_available_providers',
        lambda: ['CPUExecutionProvider'],
    )
    for device in ('cuda', 'cuda:1', 'mps'):
        with pytest.raises(ValueError, match=f"found '{device}'"):
            AnomalyInferencer(model, device=device)
        with pytest.raises(ValueError, match=f"found '{device}'"):
            onnx_extractor(backbone, device)


@pytest.mark.parametrize('present', [True, False])
def test_openvino_runs_the_backbone_where_it_is(
    place, monkeypatch, capsys, present
):
    """Oracle: the providers that onnxruntime is asked for, by a stand-in for
    the list of those it has; it is said once, of the backbone alone."""
    import onnxruntime

    openvino = 'OpenVINOExecutionProvider'
    cpu = 'CPUExecutionProvider'
    asked = {}
    make = onnxruntime.InferenceSession

    def session(path, options, providers, **more):
        asked[path] = providers
        return make(path, options, providers=[cpu], **more)

    monkeypatch.setattr(onnxruntime, 'InferenceSession', session)
    monkeypatch.setattr(
        onnxruntime,
        'get_available_providers',
        lambda: [openvino, cpu] if present else [cpu],
    )
    monkeypatch.setattr('torch.get_num_threads', lambda: 3)
    detector, backbone = str(place / 'd.onnx'), str(place / 'b.onnx')
    OnnxDetector(detector), onnx_extractor(backbone)
    assert asked.pop(detector) == [cpu]
    *first, last = asked.pop(backbone)
    assert last == cpu
    settings = dict(device_type='CPU', precision='FP32', num_of_threads='3')
    assert first == ([(openvino, settings)] if present else [])
    said = capsys.readouterr().err
    assert said.count('runs by OpenVINO') == present
    assert (f'{backbone}: runs by OpenVINO' in said) == present
    with pytest.raises(ValueError, match="found 'cuda'"):
        OnnxBackbone(backbone, 'cuda')


@pytest.mark.parametrize('wrong', [2e-4, float('nan')])
def test_a_file_that_differs_is_not_written(wrong, tmp_path, monkeypatch):
    """Oracle: a model that says something else by so much; the file that was
    there stays."""
    real = exporting.score_in_chunks

    def other(detector, rows):
        scores = real(detector, rows)
        scores['crop_scores'][-1] += wrong
        return scores

    monkeypatch.setattr(exporting, 'score_in_chunks', other)
    # That other suffix is written in less time.
    (tmp_path / 'd.pt2').write_text('before')
    with pytest.raises(ValueError, match='d.pt2: .* found a difference of'):
        export_detector(build('no_neck'), tmp_path / 'd.pt2')
    assert [path.name for path in tmp_path.iterdir()] == ['d.pt2']
    assert (tmp_path / 'd.pt2').read_text() == 'before'


def test_difference():
    """Oracle: by hand; units are the largest value or the least scale."""
    tens, one = np.array([10.0, -20.0]), np.array([10.0, -19.0])
    assert exporting.difference(one, tens, 0.0) == 1 / 20
    assert exporting.difference(one, tens, 40.0) == 1 / 40
    assert exporting.difference(tens * 0, tens * 0, 0.0) == 0
    assert exporting.difference(tens[:1], tens, 0.0) == float('inf')
    assert exporting.difference(tens.astype('f4'), tens, 0.0) == float('inf')
    assert np.isnan(exporting.difference(tens * np.nan, tens, 1.0))


class BranchingNeck(IdentityNeck):
    """Does to longer videos what it does not do to short ones."""

    def forward(self, x, memory=None):
        return 2 * x if x.shape[2] > 7 else x


def test_what_cannot_be_exported_is_refused(tmp_path):
    """Property: a Python ``if`` on T, statistics that are missing, a backbone
    within, bfloat16, another suffix; nothing is written."""
    init_default_scope('mmaction')
    target = tmp_path / 'd.onnx'
    detector = build('no_neck')
    detector.neck = BranchingNeck(CHANNELS)
    with pytest.raises(ValueError, match='any T and N, found one that it'):
        export_detector(detector, target)
    detector = build('instances')
    detector.data_preprocessor.feature_std.zero_()
    with pytest.raises(ValueError, match='no statistics'):
        export_detector(detector, target)
    joint = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=4,
            backbone=dict(type='TinyBackbone'),
            neck=dict(type='IdentityNeck'),
            head=dict(type='RTFMHead'),
        )
    )
    with pytest.raises(ValueError, match='a backbone of its own'):
        export_detector(joint, target)
    extractor = build_extractor(tiny_config(None), dtype='bf16', random=True)
    with pytest.raises(ValueError, match="'fp32' for an export, found 'bf16'"):
        export_backbone(extractor, target)
    with pytest.raises(ValueError, match='ends in .onnx or .pt2'):
        export_detector(build('no_neck'), tmp_path / 'd.tflite')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('package', ['onnx', 'onnxscript', 'onnxruntime'])
def test_missing_packages_are_named(package, tmp_path, monkeypatch):
    """Oracle: Python's import system, told that there is none."""
    monkeypatch.setitem(sys.modules, package, None)
    said = rf"package {package}, .*'rtfm_mmaction\[export\]'"
    with pytest.raises(RuntimeError, match=said):
        export_detector(build('no_neck'), tmp_path / 'd.onnx')
    assert list(tmp_path.iterdir()) == []
    if package == 'onnxruntime':
        with pytest.raises(RuntimeError, match=said):
            AnomalyInferencer(str(tmp_path / 'd.onnx'))
    else:
        # What runs files needs neither.
        export_detector(build('no_neck'), tmp_path / 'd.pt2')
