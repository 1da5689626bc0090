"""From words to statements: quotes coded, compared, checked and grouped, and whom to hear next."""
