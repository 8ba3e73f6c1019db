"""Work in the background: ids in, one service call each."""
