"""Parts of `demo/make_media.py`; nothing here runs when the demo is loaded."""
