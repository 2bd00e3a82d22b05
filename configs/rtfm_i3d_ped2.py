_base_ = [
    '_base_/models/rtfm.py', '_base_/datasets/ucsd_ped2.py',
    '_base_/schedules/released.py', '_base_/default_runtime.py'
]
model = dict(in_channels=1024)  # Inception I3D
train_cfg = dict(max_iters=500, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
