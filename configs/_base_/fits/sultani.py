_base_ = ['rtfm.py', '../methods/sultani.py']
model = _base_.method.model
optim_wrapper = _base_.method.optim_wrapper
fit = dict(
    title='Deep MIL ranking',
    dropouts=(0.6, 0.3),
    dropout_keys=('model.head.dropout',),
    seconds_per_step=0.01,
)
