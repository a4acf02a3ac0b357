"""Documents of the MARAC: accessible PDFs made with Typst."""
