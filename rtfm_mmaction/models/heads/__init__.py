from .rtfm_head import RTFMHead

__all__ = ['RTFMHead']
