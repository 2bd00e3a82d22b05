#!/usr/bin/env bash
# Extract features on several GPUs (or CPU processes) of one or more machines:
#   tools/dist_extract.sh CONFIG PROCESSES [arguments of tools/features/extract.py]
# NNODES and NODE_RANK say how many machines there are and which this is, from
# 0. Processes never meet: one that dies takes none along, and the same call
# makes what is missing.
set -uo pipefail
tool="$(dirname "$0")/features/extract.py"
shards=$(($2 * ${NNODES:-1}))
processes=()
trap 'kill "${processes[@]}" 2>/dev/null' INT TERM
for ((i = 0; i < $2; i++)); do
    shard=$(($2 * ${NODE_RANK:-0} + i + 1))
    LOCAL_RANK=$i python "$tool" "$1" "${@:3}" --shard "$shard/$shards" &
    processes+=($!)
done
code=0
for process in "${processes[@]}"; do wait "$process" || code=$?; done
exit "$code"
