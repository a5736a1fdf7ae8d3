# Sourced by scripts that write Markdown.

# Writes its input as a block of code: whatever the text is, it ends where it ends, and is not markup.
code_block() {
  local text fence='```'
  text=$(cat)
  while [[ "$text" == *"$fence"* ]]; do fence+='`'; done
  printf '%stext\n%s\n%s\n' "$fence" "$text" "$fence"
}
