_base_ = 'weak_label_videos.py'
source = dict(data_root='data/ucf-crime')
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
