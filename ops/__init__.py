"""The launcher behind `make`: servers, preparation and supervision, without importing Django."""
