"""Select the customers that a job works on."""
