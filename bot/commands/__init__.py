"""What people can ask of Vigie, with the platform taken off: text, forms, buttons and reactions end here alike."""
