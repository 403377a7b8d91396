"""From money held for an order to money in the factory's hands: releases, transfers, reversals, bank batches."""
