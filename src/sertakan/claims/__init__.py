"""Help with a claim: what happened, by when to report it, which papers, what came of it. No medical files."""
