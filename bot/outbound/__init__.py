"""What every front end needs to deliver: composing notices, the protocols of a platform, starting a desk."""
