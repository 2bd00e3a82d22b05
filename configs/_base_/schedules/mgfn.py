# UCF-Crime: 1000 epochs of 50 steps, 16 + 16 videos each. The release tests
# after every epoch and keeps the best of all; this looks less often.
_base_ = 'released.py'
train_cfg = dict(max_iters=50000, val_begin=1000, val_interval=1000)
optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=5e-4))
auto_scale_lr = dict(base_batch_size=16)
