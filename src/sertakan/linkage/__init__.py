"""Who is who: record linkage between lists, the register and member lists (Fellegi-Sunter by Splink), and the decisions about doubtful pairs."""
