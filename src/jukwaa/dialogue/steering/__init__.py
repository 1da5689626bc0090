"""What is put to the vote: statements joined, split and worded anew; rounds apart and their release."""
