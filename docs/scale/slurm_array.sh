#!/usr/bin/env bash
# Features of a folder of videos by an array of 64 jobs that never meet:
#   mkdir -p logs && VIDEOS=/data/videos FEATURES=/data/features sbatch slurm_array.sh
# Submitted again, it makes what is missing; a job whose share is there ends at once.
#SBATCH --job-name=rtfm-extract
#SBATCH --array=0-63
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=1-00:00:00
#SBATCH --requeue
#SBATCH --output=logs/%x-%A-%a.log
set -euo pipefail
export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-2}"
rtfm extract inception-i3d_kinetics400_10crop "$VIDEOS" --out "$FEATURES" --dtype bf16 --shard auto
