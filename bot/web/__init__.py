"""The web desk: the queue and the tickets as pages, served by us. Nothing of it is loaded until a page is asked for."""
