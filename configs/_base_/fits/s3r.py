# The recipe's optimiser and segments; see rtfm.py for the keys of fit.
_base_ = [
    'common.py',
    '../models/s3r.py',
    '../schedules/released.py',
    '../datasets/linear_segments.py',
]
model = dict(in_channels=None)
train_dataloader = dict(
    dataset=dict(dataset=dict(pipeline=_base_.linear_segments))
)
val_cfg = test_cfg = None
fit = dict(
    title='S3R',
    dropouts=(0.7, 0.3),
    dropout_keys=(
        'model.neck.dropout',
        'model.head.dropout',
        'model.head.select_dropout',
    ),
    # Rows of a fold's dictionary for each of its normal training videos, as
    # of UCF-Crime.
    rows_per_normal_video=0.5,
    seconds_per_step=0.24,
)
