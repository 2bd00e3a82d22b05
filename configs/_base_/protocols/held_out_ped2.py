# Two of six abnormal and one of four normal videos; a fifth would be one of
# each, and an AUC of 0 or 1 with hardly anything between.
_base_ = 'held_out.py'
held_out = dict(train=dict(val_ratio=0.34), val=dict(val_ratio=0.34))
