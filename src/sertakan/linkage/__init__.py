"""Who is who: linkage between lists, register and member lists (Fellegi-Sunter by Splink), and decisions about doubtful pairs."""
