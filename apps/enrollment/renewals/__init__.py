"""Cover that ends soon: who is asked, what would be different, and why some do not go on."""
