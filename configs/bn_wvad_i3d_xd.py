_base_ = [
    '_base_/models/bn_wvad.py',
    '_base_/datasets/xd_violence_i3d-1024.py',
    '_base_/schedules/bn_wvad.py',
    '_base_/protocols/crops_as_samples.py',
    '_base_/default_runtime.py',
]
train_dataloader = _base_.samples
# XD-Violence is compared by average precision.
default_hooks = dict(checkpoint=dict(save_best='anomaly/AP'))
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='ResultHook', key='anomaly/AP'),
]
