_base_ = ['rtfm_i3d-tiles_ped2.py', '_base_/protocols/held_out_ped2.py']
train_dataloader = dict(dataset=dict(dataset=_base_.held_out.train))
val_dataloader = dict(dataset=_base_.held_out.val)
val_evaluator = _base_.held_out.evaluator
default_hooks = dict(checkpoint=_base_.held_out.checkpoint)
# In place of ResultHook, the last one.
custom_hooks = _base_.custom_hooks[:-1] + [_base_.held_out.result]
