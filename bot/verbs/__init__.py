"""What people can ask for: one record a verb, one file a verb, and how a verb is carried out and answered."""
