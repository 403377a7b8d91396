"""A mailbox that receives every message the portal sends and shows it on a page. Nothing leaves this machine."""
