_base_ = [
    '_base_/models/s3r.py',
    '_base_/datasets/ucf_crime_i3d.py',
    '_base_/datasets/linear_segments.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
# Before training: rtfm dictionary s3r_i3d_ucf
model = dict(
    neck=dict(
        num_rows=400,  # half of the normal training videos
        dictionary='data/ucf-crime/s3r_i3d.npy',
    )
)
train_dataloader = dict(
    dataset=dict(dataset=dict(pipeline=_base_.linear_segments))
)
