# The recipe's optimiser; see rtfm.py for the keys of fit.
_base_ = ['common.py', '../models/mgfn.py', '../schedules/mgfn.py']
model = dict(in_channels=None)
val_cfg = test_cfg = None
fit = dict(
    title='MGFN',
    dropouts=(0.7, 0.3),
    dropout_keys=('model.head.select_dropout',),
    seconds_per_step=0.58,
)
