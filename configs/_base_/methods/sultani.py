# Deep MIL ranking, https://arxiv.org/abs/1801.04264, as changes to an RTFM
# config, of which data, steps and metric stay: each snippet is judged by three
# fully connected layers, without any temporal network.
#
# The paper and its program agree but for the learning rate: 0.001 against
# 0.01. The program also gives 2 x 0.001 x (weights) as the gradient of its l2
# term beside losses that are summed over 30 abnormal videos, hence the weight
# decay. Features are not scaled to unit length as theirs were: what comes in
# is what RTFM gets.
#
# mmengine lets no key come from two bases, so configs that take this one for a
# base put these where they belong; see sultani_i3d_ucf.py.
method = dict(
    model=dict(
        neck=dict(_delete_=True, type='IdentityNeck'),
        head=dict(
            hidden_channels=(512, 32),
            num_relu=1,
            dropout=0.6,
            feature_dropout=0.0,
            select_dropout=0.0,
            select_by='score',
            num_selected=1,  # Eq. 6: the maximum
            loss_magnitude=None,
            loss_cls=dict(_delete_=True, type='MILRankingLoss'),
            # Eq. 7, its mean over pairs
            loss_smooth=dict(
                _delete_=True,
                type='SmoothnessLoss',
                scope='video_mean',
                loss_weight=8e-5,
            ),
            loss_sparse=dict(
                _delete_=True,
                type='SparsityLoss',
                norm='l1',
                scope='video_mean',
                loss_weight=8e-5,
            ),
        ),
    ),
    optim_wrapper=dict(
        optimizer=dict(
            _delete_=True,
            type='Adagrad',
            lr=1e-3,
            eps=1e-8,
            weight_decay=2 * 0.001 / 30,
        ),
        paramwise_cfg=dict(bias_decay_mult=0.0),
    ),
)
