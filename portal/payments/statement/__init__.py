"""An order's money page: where every cent is, how it came there and what happens next, to each party what is theirs."""
