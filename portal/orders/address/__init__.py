"""To whose door the goods of an order go: told to the chosen factory only, once the order stands."""
