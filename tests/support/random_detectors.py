"""Detectors in which everything has a say, and what they say offline."""

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import nn

from rtfm_mmaction.models.detector import FIELDS

CHANNELS = 32
FORMS = dict(
    released=dict(neck=dict(type='MTN')),
    paper=dict(neck=dict(type='MTN', with_fusion=False)),
    without_pdc=dict(neck=dict(type='MTN', with_pdc=False)),
    without_tsa=dict(neck=dict(type='MTN', with_tsa=False)),
    tsa_alone=dict(neck=dict(type='MTN', with_pdc=False, with_fusion=False)),
    neither=dict(neck=dict(type='MTN', with_pdc=False, with_tsa=False)),
    no_neck=dict(neck=dict(type='IdentityNeck')),
    instances=dict(
        neck=dict(type='MTN'),
        head=dict(type='RTFMHead', crop_mode='instance'),
        data_preprocessor=dict(
            type='AnomalyDataPreprocessor', standardize=True
        ),
    ),
)


def build(form, seed=0, channels=CHANNELS):
    """A detector whose normalisations and statistics are not at their start."""
    torch.manual_seed(seed)
    config = dict(head=dict(type='RTFMHead'))
    config.update(FORMS[form])
    model = MODELS.build(
        dict(type='AnomalyDetector', in_channels=channels, **config)
    )
    model.init_weights()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d):
            for tensor in (module.weight, module.bias, module.running_mean):
                nn.init.normal_(tensor.data)
            nn.init.uniform_(module.running_var, 0.5, 2)
    if model.data_preprocessor.standardize:
        model.data_preprocessor.set_statistics(
            torch.rand(channels), torch.rand(channels) + 0.5
        )
    return model.eval()


def features(length, crops=2, seed=0):
    """(T, N, C) float32."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(length, crops, CHANNELS, generator=generator).numpy()


@torch.no_grad()
def offline(model, rows):
    """The whole video at once, by the model's own test step."""
    bag = torch.from_numpy(rows.copy()).transpose(0, 1)
    sample = ActionDataSample()
    sample.set_metainfo(dict(video='v'))
    (result,) = model.test_step(dict(inputs=[bag], data_samples=[sample]))
    return {
        key: result.get(field).numpy()
        for key, field in FIELDS.items()
        if field in result
    }
