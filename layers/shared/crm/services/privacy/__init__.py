"""Access requests and erasures as the GDPR demands: export what is held on a person, and delete it."""
