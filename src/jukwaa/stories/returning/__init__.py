"""What goes back to each place and each group: page, print, words to read out; and what they correct."""
