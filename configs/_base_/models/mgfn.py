# MGFN, https://arxiv.org/abs/2211.15098, in the form of its release of April
# 2023. in_channels is C of the features; the neck takes their norm itself.
model = dict(
    type='AnomalyDetector',
    in_channels=2048,
    neck=dict(
        type='GlanceFocus',
        widths=(64, 128, 1024),
        depths=(3, 3, 2),
        mag_ratio=0.1,  # Parameter `alpha` in the paper
    ),
    head=dict(
        type='MGFNHead',
        in_channels=1024,  # the last of the widths
        num_selected=3,  # Parameter `k` in the paper
        loss_contrast=dict(
            type='MagnitudeContrastLoss', margin=200.0, loss_weight=1e-6
        ),
        loss_cluster=dict(type='MagnitudeClusterLoss', loss_weight=1e-3),
        loss_cls=dict(type='MILBCELoss'),
        loss_smooth=dict(
            type='SmoothnessLoss', scope='video', loss_weight=8e-4
        ),
        loss_sparse=dict(type='SparsityLoss', loss_weight=8e-3),
        smooth_over='all',
        sparse_over='normal',
    ),
)
