"""What test files of several rooms share: small data, small models, odd files, a browser."""
