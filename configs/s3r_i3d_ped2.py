_base_ = [
    '_base_/models/s3r.py',
    '_base_/datasets/ucsd_ped2.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
# Before training: rtfm dictionary s3r_i3d_ped2
model = dict(
    in_channels=1024,  # Inception I3D
    neck=dict(
        # Half of the normal training videos, as of UCF-Crime.
        num_rows=2,
        dictionary='data/ucsd-ped2/s3r_i3d.npy',
    ),
)
segments = [
    dict(type='LoadFeature'),
    dict(type='SegmentFeature', num_segments=9, resampling='linear'),
    dict(type='PackAnomalyInputs'),
]
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=segments)))
# The recipe of UCF-Crime, in as many steps as rtfm_i3d_ped2.py.
train_cfg = dict(max_iters=300, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
