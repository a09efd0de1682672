#!/usr/bin/env bash
# Installs the tools of this repository, each pinned, into .tools (or the directory in ROOKERY_TOOLS), and nothing outside it.
#
# usage: scripts/tools.sh [grpcurl] [helm] [buf] [python] [web] [cargo-deny] [cargo-machete]
#        Without a name: the first five, which are those of `make test`.
#
# A tool whose stamp names the pinned version is left alone, so a second run takes no time.
# Change a version here and only here; the stamp then differs and the tool is installed anew.
set -euo pipefail

readonly GRPCURL_VERSION=1.9.4
readonly HELM_VERSION=3.22.0
readonly BUF_VERSION=1.75.0
readonly CARGO_DENY_VERSION=0.20.2
readonly CARGO_MACHETE_VERSION=0.9.2

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${ROOKERY_TOOLS:-$root/.tools}
mkdir -p "$tools/bin" "$tools/stamps"
tools=$(cd "$tools" && pwd)

# Two runs at once (an editor's and a terminal's) must not write the same files.
if command -v flock >/dev/null; then
  exec 9>"$tools/lock"
  flock 9
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

need() {
  command -v "$1" >/dev/null || { echo "tools: $2 needs $1, which is not installed here" >&2; exit 1; }
}

# install NAME VERSION PROBE COMMAND...: runs COMMAND unless the stamp names VERSION and the file PROBE is still there.
install() {
  local name=$1 version=$2 probe=$3 started=$SECONDS
  shift 3
  if [[ -e $probe && $(cat "$tools/stamps/$name" 2>/dev/null) == "$version" ]]; then
    return
  fi
  echo "tools: installing $name $version"
  rm -f "$tools/stamps/$name"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "tools: $name $version could not be installed" >&2
    exit 1
  fi
  echo "$version" >"$tools/stamps/$name"
  echo "tools: $name $version installed in $((SECONDS - started)) s"
}

go_install() {
  # A Go workspace or flags of the caller must not change what is built.
  env GOBIN="$tools/bin" GOWORK=off GOFLAGS= CGO_ENABLED=0 go install -trimpath -ldflags='-s -w' "$1"
}

cargo_install() {
  # Its own target directory, so that the caller's stays what it is.
  env -u RUSTFLAGS CARGO_TARGET_DIR="$tools/cargo-build" cargo install --locked --root "$tools" "$1" --version "$2"
  rm -rf "$tools/cargo-build"
}

buf_install() {
  rm -rf "$tools/buf"
  mkdir -p "$tools/buf"
  npm install --prefix "$tools/buf" --no-audit --no-fund --no-save "@bufbuild/buf@$BUF_VERSION"
  ln -sf ../buf/node_modules/.bin/buf "$tools/bin/buf"
}

python_install() {
  rm -rf "$tools/python"
  python3 -m venv "$tools/python"
  "$tools/python/bin/python" -m pip install --quiet --requirement "$root/scripts/requirements.txt"
}

web_install() {
  rm -rf "$tools/web"
  mkdir -p "$tools/web"
  cp "$root/tests/clients/web/package.json" "$tools/web/"
  npm install --prefix "$tools/web" --no-audit --no-fund --no-package-lock
}

if [[ $# -eq 0 ]]; then
  set -- grpcurl helm buf python web
fi
for tool in "$@"; do
  case $tool in
    grpcurl)
      need go grpcurl
      install grpcurl "$GRPCURL_VERSION" "$tools/bin/grpcurl" go_install "github.com/fullstorydev/grpcurl/cmd/grpcurl@v$GRPCURL_VERSION"
      ;;
    helm)
      need go helm
      install helm "$HELM_VERSION" "$tools/bin/helm" go_install "helm.sh/helm/v3/cmd/helm@v$HELM_VERSION"
      ;;
    buf)
      need npm buf
      install buf "$BUF_VERSION" "$tools/bin/buf" buf_install
      ;;
    python)
      need python3 "the Python environment"
      # The stamp is a hash of the list, so that a changed pin is noticed. The interpreter's version and the directory
      # are part of it, because a virtual environment works only with the one and at the other.
      version=$( (cat "$root/scripts/requirements.txt"; python3 --version; echo "$tools") | cksum | tr ' ' '-')
      install python "$version" "$tools/python/bin/python" python_install
      ;;
    web)
      need npm "the TypeScript client"
      # The stamp is a hash of the list, so that a changed pin is noticed.
      install web "$(cksum <"$root/tests/clients/web/package.json" | tr ' ' '-')" "$tools/web/node_modules/.bin/tsc" web_install
      ;;
    cargo-deny)
      install cargo-deny "$CARGO_DENY_VERSION" "$tools/bin/cargo-deny" cargo_install cargo-deny "$CARGO_DENY_VERSION"
      ;;
    cargo-machete)
      install cargo-machete "$CARGO_MACHETE_VERSION" "$tools/bin/cargo-machete" cargo_install cargo-machete "$CARGO_MACHETE_VERSION"
      ;;
    *)
      echo "tools: no tool is called $tool" >&2
      exit 2
      ;;
  esac
done
