_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/xd_violence_i3d.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
optim_wrapper = dict(optimizer=dict(lr=1e-4))
# XD-Violence is compared by average precision.
default_hooks = dict(checkpoint=dict(save_best='anomaly/AP'))
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='ResultHook', key='anomaly/AP'),
]
