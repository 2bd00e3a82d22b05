# The recipe's optimiser and crops; see rtfm.py for the keys of fit.
_base_ = ['common.py', '../models/bn_wvad.py', '../schedules/bn_wvad.py']
model = dict(in_channels=None)
train_dataloader = dict(dataset=dict(crops_as_samples=True))
val_cfg = test_cfg = None
fit = dict(
    title='BN-WVAD',
    # As released, and that of UR-DMU, which has the same neck.
    dropouts=(0.0, 0.5),
    dropout_keys=('model.neck.dropout',),
    seconds_per_step=0.11,
)
