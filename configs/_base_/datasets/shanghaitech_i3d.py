_base_ = 'weak_label.py'
source = dict(
    data_root='data/shanghaitech',
    data_prefix=dict(features='features/i3d'),
    layout='rtfm',
)
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
