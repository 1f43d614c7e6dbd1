"""What spans capabilities: accept a file, undo it, repair it. One transaction each; no tables of its own."""
