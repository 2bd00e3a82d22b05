# Small sets: standardised features, a tenth of the learning rate released.
_base_ = ['common.py', '../models/rtfm.py', '../schedules/released.py']
model = dict(in_channels=None, data_preprocessor=dict(standardize=True))
optim_wrapper = dict(optimizer=dict(lr=1e-4))
val_cfg = test_cfg = None
# What `rtfm fit` has to know of the method: its name; dropouts to try, by
# held-out videos, and the keys that they go to; and seconds of a step of a
# small set on a core (C = 1024, 8 pairs of 32 segments, one crop), of others
# by their ratio to RTFM's.
fit = dict(
    title='RTFM',
    dropouts=(0.7, 0.3),  # as released, and a weaker one
    dropout_keys=(
        'model.head.dropout',
        'model.head.feature_dropout',
        'model.head.select_dropout',
    ),
    seconds_per_step=0.12,
)
