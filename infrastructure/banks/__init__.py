"""Account numbers by country, as the registry of IBANs knows them."""
