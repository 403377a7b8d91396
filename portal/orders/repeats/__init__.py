"""Having the goods of an order made again, by the factory that made them."""
