# Sec. 4.2: 50 epochs. With 32 of UCF-Crime's 810 abnormal videos a step an
# epoch is 26 steps.
_base_ = 'released.py'
train_cfg = dict(max_iters=1300, val_begin=26, val_interval=26)
optim_wrapper = dict(optimizer=dict(weight_decay=5e-4))
