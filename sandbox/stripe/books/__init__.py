"""What the stand-in stores, and how it is changed."""
