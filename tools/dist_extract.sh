#!/usr/bin/env bash
# Extract features on several GPUs (or CPU processes) of one or more machines:
#   tools/dist_extract.sh CONFIG PROCESSES [arguments of tools/features/extract.py]
# NNODES, NODE_RANK, PORT and MASTER_ADDR as of torch.distributed.run.
set -euo pipefail
python -m torch.distributed.run \
    --nnodes="${NNODES:-1}" --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" --master_port="${PORT:-29500}" \
    --nproc_per_node="$2" \
    "$(dirname "$0")/features/extract.py" "$1" "${@:3}" --launcher pytorch
