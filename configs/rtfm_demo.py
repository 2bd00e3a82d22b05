_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/demo.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
model = dict(
    in_channels=1024,  # Inception I3D
    data_preprocessor=dict(standardize=True),
)
train_dataloader = dict(batch_size=4, num_workers=0, persistent_workers=False)
val_dataloader = dict(num_workers=0, persistent_workers=False)
test_dataloader = val_dataloader
train_cfg = dict(max_iters=100, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='FeatureStatisticsHook'),
    dict(type='ResultHook', key='anomaly/AUC'),
]
