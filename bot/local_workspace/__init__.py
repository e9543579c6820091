"""How the program joins a local workspace, its own or one that runs by itself."""
