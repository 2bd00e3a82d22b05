_base_ = ['rtfm_i3d_shanghaitech.py', '_base_/methods/sultani.py']
model = _base_.method.model
optim_wrapper = _base_.method.optim_wrapper
