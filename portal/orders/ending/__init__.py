"""The ways out of an order after its deposit: called off, given up, ended by the portal; claims and how they end."""
