"""Who asks to be forgotten, by the number of a card or the code of a slip, on any phone or desk."""
