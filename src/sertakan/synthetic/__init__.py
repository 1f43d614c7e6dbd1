"""An invented province to try everything on. Nobody in it exists; it is written through the same services as a real agency's list."""
