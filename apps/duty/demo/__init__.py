"""What the invented city's authorities did about its duties; see enterprises/demo."""
