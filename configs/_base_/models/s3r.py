# S3R (Wu et al., ECCV 2022) in the form of its release. in_channels is C of
# the features; neck.dictionary is made by `rtfm dictionary CONFIG`.
model = dict(
    type='AnomalyDetector',
    in_channels=2048,
    neck=dict(type='S3RNeck', num_rows=400, dropout=0.7),
    head=dict(
        type='S3RHead',
        num_selected=3,
        loss_magnitude=dict(
            type='MagnitudeLoss', margin=100.0, loss_weight=1e-4
        ),
        loss_cls=dict(type='MILBCELoss'),
        loss_smooth=dict(type='SmoothnessLoss', loss_weight=8e-4),
        loss_sparse=dict(type='SparsityLoss', loss_weight=8e-3),
        loss_macro=dict(type='MILBCELoss'),
    ),
)
