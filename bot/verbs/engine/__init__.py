"""How any verb is carried out: the ticket is found and locked, rights are checked, the verb decides, it is answered."""
