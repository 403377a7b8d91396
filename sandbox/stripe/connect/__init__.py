"""The hosted pages on which the owner of a connected account gives its details, and sees its money."""
