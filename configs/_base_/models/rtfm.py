# RTFM in the form of its release. in_channels is C of the features.
model = dict(
    type='AnomalyDetector',
    in_channels=2048,
    neck=dict(type='MTN'),
    head=dict(
        type='RTFMHead',
        num_selected=3,  # Parameter `k` in the paper
        loss_magnitude=dict(
            type='MagnitudeLoss',
            margin=100.0,  # Parameter `m` in the paper
            loss_weight=1e-4,
        ),
        loss_cls=dict(type='MILBCELoss'),
        loss_smooth=dict(type='SmoothnessLoss', loss_weight=8e-4),
        loss_sparse=dict(type='SparsityLoss', loss_weight=8e-3),
    ),
)
