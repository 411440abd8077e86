"""Record consents: grant, deny, confirm and withdraw."""
