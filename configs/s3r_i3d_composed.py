_base_ = [
    '_base_/models/s3r.py',
    '_base_/datasets/composed_fights.py',
    '_base_/datasets/linear_segments.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
# Before training: rtfm dictionary s3r_i3d_composed
model = dict(
    in_channels=1024,  # Inception I3D
    neck=dict(
        # Half of the normal training videos, as of UCF-Crime.
        num_rows=16,
        dictionary='data/composed-fights/s3r_i3d.npy',
    ),
)
train_dataloader = dict(
    dataset=dict(dataset=dict(pipeline=_base_.linear_segments))
)
# The recipe of UCF-Crime, in as many steps as rtfm_i3d_composed.py.
train_cfg = dict(max_iters=150, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
