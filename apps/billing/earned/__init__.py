"""What each insurer's business came to in a window: premium received, by days on risk."""
