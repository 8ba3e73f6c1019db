"""The nouns of the product: values only, standard library only."""
