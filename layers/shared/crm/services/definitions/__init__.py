"""What customers are described by, and the forms that ask them."""
