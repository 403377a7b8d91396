"""Local stand-ins for everything the portal meets in production, and the supervisor that runs them all.

The portal never imports this package: each peer is reached by its address alone.
"""
