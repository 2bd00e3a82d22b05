_base_ = 'weak_label.py'
# Made by rtfm workshop compose; 20 to 40 snippets a video.
source = dict(
    data_root='data/composed-fights',
    data_prefix=dict(features='features/i3d-1crop'),
    layout='packed',
)
train_dataloader = dict(
    batch_size=8,  # pairs; 33 of each kind are there
    num_workers=0,
    persistent_workers=False,
    dataset=dict(dataset=source),
)
val_dataloader = dict(num_workers=0, persistent_workers=False, dataset=source)
test_dataloader = val_dataloader
