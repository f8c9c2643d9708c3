"""What people do about duties; one function for each act."""
