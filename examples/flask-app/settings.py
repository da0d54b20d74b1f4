"""What a release changes most often: the words and the colour of the front page."""

import os

HEADLINE = os.environ.get("HEADLINE", "Shipped with care.")
ACCENT = os.environ.get("ACCENT", "#1f7a5c")
