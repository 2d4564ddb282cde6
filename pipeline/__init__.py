"""How the steps are put together and started."""
