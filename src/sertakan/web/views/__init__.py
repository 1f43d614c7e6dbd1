"""Pages. They read through queries, write through services, and never through the ORM."""
