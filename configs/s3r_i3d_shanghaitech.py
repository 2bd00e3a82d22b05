_base_ = [
    '_base_/models/s3r.py',
    '_base_/datasets/shanghaitech_i3d.py',
    '_base_/datasets/linear_segments.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
# Before training: rtfm dictionary s3r_i3d_shanghaitech
model = dict(
    neck=dict(
        num_rows=158,  # nine in ten of the normal training videos
        dictionary='data/shanghaitech/s3r_i3d.npy',
    )
)
train_dataloader = dict(
    dataset=dict(dataset=dict(pipeline=_base_.linear_segments))
)
