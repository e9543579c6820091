"""The local workspace: how the program joins one, its own or one that runs by itself, and the page that shows it."""
