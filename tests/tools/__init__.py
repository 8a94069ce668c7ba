"""Commands that write pages of docs/ from what they measure."""
