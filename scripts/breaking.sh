#!/usr/bin/env bash
# Holds the protos to the last release: what a client compiled against it sends and reads must stay.
#
# The last release is the newest tag `v*` behind this commit. Clones that come without tags know its commit from proto/released;
# where a tag is there, both must agree, so that neither is forgotten.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

released=$(cat proto/released)
if tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null); then
  tagged=$(git rev-list -n 1 "$tag")
  if [[ $tagged != "$released" ]]; then
    echo "breaking: $tag is $tagged, and proto/released says $released" >&2
    exit 1
  fi
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git archive "$released" proto | tar -x -C "$folder"
buf breaking proto --against "$folder/proto"
