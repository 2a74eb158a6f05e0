#!/usr/bin/env python3
"""Whether the site's process answers: the health check of its container."""

import sys
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:8000/livez", timeout=2).close()
except OSError as error:
    sys.exit(str(error))
