# shellcheck shell=bash
# What the scripts of this folder share; sourced, not run.

skipped=()

# skip GATE WHY: says loudly that a gate did not run.
skip() {
  printf '\n!!! SKIPPED: %s: %s\n' "$1" "$2" >&2
  skipped+=("$1: $2")
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# sandbox_start ARGUMENT…: a fresh sandbox; what its first line says is told by sandbox_says, until sandbox_stop.
sandbox_start() {
  cargo build --quiet
  coproc sandbox { exec target/debug/dcrsync sandbox --json "$@"; }
  sandbox_id=$sandbox_PID
  read -r -t 30 sandbox_line <&"${sandbox[0]}"
}

sandbox_says() {
  # shellcheck disable=SC2016 # the text is Python's
  python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$sandbox_line" "$1"
}

sandbox_stop() {
  kill -TERM "$sandbox_id"
  wait "$sandbox_id"
}
