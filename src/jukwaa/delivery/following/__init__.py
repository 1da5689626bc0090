"""Following a programme, a row of its roadmap or a promise: by mail or by feed, without an account."""
