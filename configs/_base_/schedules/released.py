# 15 000 steps of 32 + 32 videos. The release tests every 5 steps; the best of
# so many test results says less than the last one, so this looks less often.
train_cfg = dict(
    type='IterBasedTrainLoop', max_iters=15000, val_begin=200, val_interval=200
)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-3, weight_decay=5e-3, fused=True),
)
auto_scale_lr = dict(enable=False, base_batch_size=32)  # pairs
