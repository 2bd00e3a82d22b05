# 1000 steps at one learning rate, gradients clipped. The authors test every 5
# steps and keep the best of them; see released.py.
_base_ = 'released.py'
train_cfg = dict(max_iters=1000)
optim_wrapper = dict(
    optimizer=dict(lr=1e-4, weight_decay=5e-5), clip_grad=dict(max_norm=1)
)
auto_scale_lr = dict(base_batch_size=64)
