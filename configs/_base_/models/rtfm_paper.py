# The paper's equations: no fusing convolution (text after Eq. 5), selection by
# plain magnitude (Eq. 2), hinge (Eq. 6) over all pairs (Eq. 1), cross-entropy
# of each snippet (Eq. 7), smoothness and l1 sparsity within each video.
_base_ = 'rtfm.py'
model = dict(
    neck=dict(with_fusion=False),
    head=dict(
        feature_dropout=0.0,
        select_dropout=0.0,
        loss_magnitude=dict(form='hinge', pairing='all'),
        loss_cls=dict(form='per_snippet'),
        loss_smooth=dict(scope='video'),
        loss_sparse=dict(norm='l1', scope='video'),
    ),
)
