"""Front ends, commands, cards and the wiring that starts them."""
