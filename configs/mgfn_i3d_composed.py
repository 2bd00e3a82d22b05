_base_ = [
    '_base_/models/mgfn.py',
    '_base_/datasets/composed_fights.py',
    '_base_/schedules/mgfn.py',
    '_base_/default_runtime.py',
]
model = dict(in_channels=1024)  # Inception I3D
# The recipe of UCF-Crime, in as many steps as rtfm_i3d_composed.py.
train_cfg = dict(max_iters=150, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
