"""docs/extending.md: its files are run, and do what their sections say."""

import re
import types

import numpy as np
import pytest
import torch
from mmaction.registry import METRICS, MODELS
from mmaction.structures import ActionDataSample
from mmengine.registry import init_default_scope

from rtfm_mmaction.apis import StreamingDetector
from rtfm_mmaction.datasets.feature_files import open_features
from rtfm_mmaction.datasets.feature_layouts import LAYOUTS, get_layout
from tests.support.fenced import blocks
from tests.support.helpers import ROOT

PAGE = ROOT / 'docs/extending.md'
FILES = {block.name: block.text for block in blocks(PAGE, 'python')}
C = 6


@pytest.fixture(scope='module', autouse=True)
def files():
    """The page's files as modules, each of some thirty lines at most."""
    init_default_scope('mmaction')
    modules = {}
    for name, code in FILES.items():
        modules[name] = types.ModuleType(name.removesuffix('.py'))
        exec(compile(code, name, 'exec'), modules[name].__dict__)
        assert len(code.splitlines()) < 30
    yield modules
    del LAYOUTS['dotted']


def detector(**parts):
    model = MODELS.build(
        dict(
            type='AnomalyDetector',
            in_channels=C,
            **{
                'neck': dict(type='NeighbourNeck'),
                'head': dict(type='HighestHead'),
                **parts,
            },
        )
    )
    model.init_weights()
    return model


def samples(labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def test_there_is_a_file_for_each_section():
    """Oracle: the sections' names."""
    kinds = re.findall(r'^## Add a (\w+)$', PAGE.read_text('utf-8'), re.M)
    assert kinds == ['loss', 'head', 'neck', 'layout', 'metric']
    assert len(FILES) == len(kinds)


def test_the_loss_trains_in_the_head():
    """Oracle: by hand, ||n|| / ||a|| = 30 / 60; and gradients that reach the
    neck's input through the selection."""
    a, n = torch.full((2, 1, 3, 1), 60.0), torch.full((2, 1, 3, 1), 30.0)
    loss = MODELS.build(dict(type='RatioLoss'))
    assert loss(a, n).item() == 0.5
    model = detector(
        head=dict(type='RTFMHead', loss_magnitude=dict(type='RatioLoss'))
    )
    x = torch.rand(2, 1, 5, C, requires_grad=True)
    terms = model(x, samples([1, 0]), mode='loss')
    terms['loss_magnitude'].backward()
    assert x.grad.abs().sum() > 0


def test_head_and_neck_learn_and_stream():
    """Property: a few steps tell a bright video from a dark one; the stream's
    scores are those of the whole video."""
    torch.manual_seed(0)
    model = detector()
    bags = torch.zeros(2, 1, 8, C)
    bags[0] = 1
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    for _ in range(60):
        optimizer.zero_grad()
        model(bags, samples([1, 0]), mode='loss')['loss_cls'].backward()
        optimizer.step()
    model.eval()
    bright, dark = model(list(bags), samples([1, 0]), mode='predict')
    assert bright.snippet_scores.max() > 0.8 > 0.2 > dark.snippet_scores.max()
    bag = torch.rand(1, 8, C)
    (whole,) = model([bag], samples([1]), mode='predict')
    stream = StreamingDetector(model, num_crops=1)
    assert stream.latency == 1
    found = stream.push(bag.numpy().swapaxes(0, 1)) + stream.flush()
    np.testing.assert_allclose(
        [score.score for score in found],
        whole.snippet_scores.detach(),
        atol=1e-6,
    )


def test_the_layout_reads_files(tmp_path):
    """Oracle: the array that was written, its axes exchanged."""
    array = np.random.default_rng(0).random((3, 7, C), np.float32)
    layout = get_layout('dotted')
    path = tmp_path / layout.file_name('Abuse028')
    assert path.name == 'Abuse028.i3d.npy'
    np.save(path, array)
    (view,) = open_features([str(path)], layout)
    np.testing.assert_array_equal(view, array.swapaxes(0, 1))


def test_the_metric_counts():
    """Oracle: by hand, (0.9 + 0.5) / 2 - 0.2 = 0.5."""
    metric = METRICS.build(dict(type='MarginMetric'))
    for scores, label in (([0.1, 0.9], 1), ([0.5], 1), ([0.2, 0.0], 0)):
        sample = dict(snippet_scores=torch.tensor(scores), label=label)
        metric.process(None, [sample])
    assert metric.evaluate(3) == {'videos/margin': pytest.approx(0.5)}
