#!/usr/bin/env bash
# Trains six methods on six sets, as docs/results.md tells of them; from the
# project's root, with the data of that page. What is there is not done again:
#     docs/six_methods/run.sh
#     python docs/six_methods/show.py work_dirs/results/six --out docs/pictures
set -euo pipefail
export OMP_NUM_THREADS=1
OUT=work_dirs/results/six
RELEASED=(optim_wrapper.optimizer.lr=1e-3 model.data_preprocessor.standardize=False)
STANDARDISED=model.data_preprocessor.standardize=True

source_of() {  # the same keys of the three sets of data
  for part in train_dataloader.dataset val_dataloader test_dataloader; do
    printf '%s.dataset.%s\n' "$part" "$1"
  done
}

# compare SET METHOD CONFIG SEEDS [KEY=VALUE ...]
compare() {
  rtfm workshop compare "$3" --out "$OUT/$1/$2" --seeds $4 --cfg-options \
      default_hooks.checkpoint.max_keep_ckpts=1 "${@:5}"
}

machines() {  # SET CONFIG [KEY=VALUE ...]
  for machine in linear-svm one-class-svm; do
    rtfm workshop classic-baselines "$2" --method $machine ${3:+--cfg-options "${@:3}"} \
        > "$OUT/$1/$machine.txt"
  done
}

# cross SET METHOD CONFIG [KEY=VALUE ...]
cross() {
  local rate=1e-3 slow=(optim_wrapper.optimizer.lr=1e-4)
  case $2 in ur_dmu | bn_wvad) rate=1e-4 ;; sultani) slow=() ;; esac
  rtfm workshop cross-fit "$3" --method "$2" --out "$OUT/cross-fit/$1/$2" --folds 3 \
      --vary recipe model.data_preprocessor.standardize=False optim_wrapper.optimizer.lr=$rate \
      --vary small $STANDARDISED "${slow[@]}" ${4:+--cfg-options "${@:4}"}
}

# S3R's dictionary and its runs: SET CONFIG [KEY=VALUE ...]
s3r() {
  local file=model.neck.dictionary=$OUT/$1/s3r.npy
  mkdir -p "$OUT/$1"
  rtfm dictionary "$2" --cfg-options "$file" "${@:3}"
  compare "$1" s3r "$2" '0 1 2' "$file" "${@:3}"
}

FIVE='0 1 2 3 4' THREE='0 1 2'
for set in ped2-5crop ped2-tiles composed; do
  case $set in
    ped2-5crop) shipped=i3d_ped2 others=i3d_ped2 keys=() samples=() instance=() ;;
    ped2-tiles) shipped=i3d-tiles_ped2 others=i3d_ped2
      mapfile -t keys < <(source_of data_prefix.features=features/i3d-tiles)
      keys+=(train_cfg.max_iters=150)
      # as many pairs of a step, each of six tiles
      samples=(train_dataloader.batch_size=24) instance=(model.head.crop_mode=instance) ;;
    composed) shipped=i3d_composed others=i3d_composed keys=() samples=() instance=() ;;
  esac
  for method in rtfm sultani; do compare $set $method ${method}_$shipped "$FIVE"; done
  three=()
  [ $set = composed ] && three=(model.head.num_selected=3)
  compare $set rtfm-released rtfm_$shipped "$THREE" "${RELEASED[@]}" "${three[@]}"
  for method in ur_dmu bn_wvad; do
    compare $set $method ${method}_$others "$THREE" "${keys[@]}" "${samples[@]}"
  done
  s3r $set s3r_$others "${keys[@]}" "${instance[@]}"
  compare $set mgfn mgfn_$others "$THREE" "${keys[@]}" "${instance[@]}"
  machines $set rtfm_$shipped
done

for level in easy medium hard; do
  mapfile -t root < <(source_of data_root=data/demo-$level)
  mapfile -t keys < <(source_of data_prefix.features=features/i3d)
  keys+=("${root[@]}" train_dataloader.batch_size=4 train_cfg.max_iters=100)
  for method in rtfm sultani; do
    compare $level $method ${method}_demo "$FIVE" "${root[@]}"
  done
  compare $level rtfm-released rtfm_demo "$THREE" "${root[@]}" "${RELEASED[@]}"
  for method in ur_dmu bn_wvad mgfn; do
    compare $level $method ${method}_i3d_composed "$THREE" "${keys[@]}"
  done
  s3r $level s3r_i3d_composed "${keys[@]}" model.neck.num_rows=15
  machines $level rtfm_demo "${root[@]}"
done

for method in sultani bn_wvad ur_dmu rtfm s3r mgfn; do
  cross composed $method rtfm_i3d_composed
  cross ped2-5crop $method rtfm_i3d_ped2
  for level in easy medium hard; do
    mapfile -t root < <(source_of data_root=data/demo-$level)
    cross $level $method rtfm_demo "${root[@]}"
  done
done
mapfile -t tiles < <(source_of data_prefix.features=features/i3d-tiles)
for method in sultani rtfm s3r mgfn; do cross ped2-tiles $method rtfm_i3d-tiles_ped2; done
# These take crops for views of one snippet, so the test averages tiles.
for method in ur_dmu bn_wvad; do cross ped2-tiles $method rtfm_i3d_ped2 "${tiles[@]}"; done
