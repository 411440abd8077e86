# What the examples in README.md and docs/ use: `. docs/examples/shell.sh` in bash or zsh, in the repository.
# It uses the local stack, or the deployment that API_URL, API_KEY and WRITE_KEY select.

if [ -n "${ZSH_VERSION:-}" ]; then setopt interactivecomments; fi

_local() { python3 -c 'import json, sys; print(json.load(open(".local/stack.json"))[sys.argv[1]])' "$1"; }

export API_URL="${API_URL:-$(_local api_url)}" API_KEY="${API_KEY:-$(_local api_key)}" WRITE_KEY="${WRITE_KEY:-$(_local write_key)}"
api=$API_URL
auth="Authorization: Bearer $API_KEY"

# json: an answer in lines that people read.
json() { python3 -m json.tool --no-ensure-ascii; }

# pick PATH: one value of an answer: `pick profiles.0.id`.
pick() {
  python3 -c '
import json, sys
value = json.load(sys.stdin)
for step in sys.argv[1].split("."):
    value = value[int(step)] if isinstance(value, list) else value[step]
print(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))' "$1"
}

# wait_for PATH [STATE]: until the API answers it, or until its `state` is this one; five minutes at most. Prints the answer.
wait_for() {
  for _ in $(seq 600); do
    if _answer=$(curl -sf "$api$1" -H "$auth") && { [ -z "${2:-}" ] || [ "$(echo "$_answer" | pick state)" = "$2" ]; }; then
      echo "$_answer" | json
      return
    fi
    sleep 0.5
  done
  echo "$1 is not ${2:-there} after five minutes" >&2
  return 1
}
