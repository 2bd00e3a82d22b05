"""Each method's network with few channels, as changes to its config."""

from mmaction.registry import MODELS
from mmengine.config import Config

from tests.support.helpers import ROOT

CHANNELS = 16
TRANSFORMER = dict(
    embed_channels=8, num_heads=2, head_channels=4, feedforward_channels=8
)
SMALL = dict(
    rtfm=dict(),
    ur_dmu=dict(neck=TRANSFORMER, head=dict(in_channels=8, hidden_channels=4)),
    bn_wvad=dict(
        neck=TRANSFORMER, head=dict(in_channels=8, hidden_channels=(4, 2))
    ),
    mgfn=dict(
        neck=dict(widths=(4, 8, 8), depths=(1, 1, 1), head_channels=4),
        head=dict(in_channels=8),
    ),
    s3r=dict(neck=dict(num_rows=3)),
)


def small_keys(method):
    """Keys of a config that make its network small, but for a dictionary."""
    return {
        f'model.{part}.{key}': value
        for part, keys in SMALL.get(method, {}).items()
        for key, value in keys.items()
        if key != 'num_rows'
    }


def small_model_config(method, channels=CHANNELS):
    """Model config of ``configs/_base_/models/METHOD.py``, made small."""
    config = Config.fromfile(ROOT / f'configs/_base_/models/{method}.py')
    config.merge_from_dict(
        dict(model=dict(in_channels=channels, **SMALL[method]))
    )
    return config.model


def small_model(method, channels=CHANNELS):
    """Such a detector in evaluation mode."""
    return MODELS.build(small_model_config(method, channels)).eval()
