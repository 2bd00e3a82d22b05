_base_ = [
    '_base_/models/mgfn.py',
    '_base_/datasets/xd_violence_i3d-1024.py',
    '_base_/schedules/mgfn.py',
    '_base_/default_runtime.py',
]
# Each crop is a sample of its own. The release has the settings and cannot run
# with them: its network wants 2048 channels, and crops of one sample.
model = dict(in_channels=1024)
train_dataloader = dict(batch_size=16, dataset=dict(crops_as_samples=True))
# 1000 epochs of 595 steps: 9525 crops of abnormal videos, 16 a step.
train_cfg = dict(max_iters=595000, val_begin=5950, val_interval=5950)
# XD-Violence is compared by average precision.
default_hooks = dict(checkpoint=dict(interval=5950, save_best='anomaly/AP'))
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='ResultHook', key='anomaly/AP'),
]
