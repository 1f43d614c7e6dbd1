"""Messages to people: in the product, by e-mail, ready to send on WhatsApp; one for each person and matter, with a log."""
