"""Reports that only add: see `learning/heartbeat.py`."""
