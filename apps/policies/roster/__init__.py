"""Who is insured by name: read from what people type and send, judged, kept with their days."""
