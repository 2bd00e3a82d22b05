# The recipe's optimiser and crops; see rtfm.py for the keys of fit.
_base_ = ['common.py', '../models/ur_dmu.py', '../schedules/ur_dmu.py']
model = dict(in_channels=None)
train_dataloader = dict(dataset=dict(crops_as_samples=True))
val_cfg = test_cfg = None
fit = dict(
    title='UR-DMU',
    dropouts=(0.5, 0.2),
    dropout_keys=('model.neck.dropout',),
    seconds_per_step=0.13,
)
