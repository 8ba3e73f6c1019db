"""Files made to break whoever reads them, each class of attack by its name."""
