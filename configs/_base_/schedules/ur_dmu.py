# 3000 steps at one learning rate. The authors test every 10 steps and keep the
# best of them; see released.py.
_base_ = 'released.py'
train_cfg = dict(max_iters=3000)
optim_wrapper = dict(optimizer=dict(lr=1e-4, weight_decay=5e-5))
auto_scale_lr = dict(base_batch_size=64)
