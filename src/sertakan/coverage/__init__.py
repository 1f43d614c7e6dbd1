"""How many are covered, of how many, how evenly: dated figures with their definition, source and snapshot."""
